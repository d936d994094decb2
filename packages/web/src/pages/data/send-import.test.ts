import { expect, test } from 'vitest'
import { checkImport, IMPORT_BYTES_MAX } from './send-import.ts'

test('a file over the limit is refused before it is read', async () => {
  const large = { size: IMPORT_BYTES_MAX + 1, slice: () => expect.unreachable('was read') }
  await expect(checkImport(large as unknown as Blob)).rejects.toMatchObject({ reason: 'too_large' })
})

test.each(['PK\u0003\u0004', '<html>', '', 'null', '12'])('%j is not what is brought in', async (text) => {
  await expect(checkImport(new Blob([text]))).rejects.toMatchObject({ reason: 'not_json' })
})

test.each(['[{"title":"a"}]', ' \n{"kind":"keyway-conversations"}', '\ufeff[]'])('%j may be', async (text) => {
  await expect(checkImport(new Blob([text]))).resolves.toBeUndefined()
})
