import { expect, test } from 'vitest'
import { IMPORT_BYTES_MAX, readImport } from './read-import.ts'

test('a file over the limit is refused before it is read', async () => {
  const large = { size: IMPORT_BYTES_MAX + 1, text: () => Promise.reject(new Error('was read')) }
  await expect(readImport(large as unknown as Blob)).rejects.toMatchObject({ reason: 'too_large' })
})

test.each(['PK\u0003\u0004', '{"kind":', '', 'null', '12'])('%j is not what is brought in', async (text) => {
  await expect(readImport(new Blob([text]))).rejects.toMatchObject({ reason: 'not_json' })
})

test('a list, as ChatGPT writes it, and an object, as Keyway does, are read', async () => {
  expect(await readImport(new Blob(['[{"title":"a"}]']))).toEqual([{ title: 'a' }])
  expect(await readImport(new Blob(['{"kind":"keyway-conversations"}']))).toEqual({ kind: 'keyway-conversations' })
})
