import { crc32 } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { toBase62 } from '../base/ids.ts'
import { type KeysSetup, setUpKeys } from '../keys/keys-setup.ts'
import { createVerifier, type Verifier } from '../keys/verify.ts'
import { proveFigure } from './testing/figure.ts'

let setup: KeysSetup
let verifier: Verifier
beforeAll(async () => {
  setup = await setUpKeys()
  verifier = createVerifier(setup)
})
afterAll(async () => {
  verifier.close()
  await setup.end()
})

/** As a caller does it: whether thrown or rejected. */
const verify = async (token: string) => verifier.verify(token)

test('row 111: a key that shares all but its last letters with an issued one is never taken for it', async () => {
  await proveFigure('row 111', { full: 1_000_000, usual: 1_500 }, async ({ count, random }) => {
    const { key, record } = await setup.issue({ name: 'near' })
    const letters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
    let refused = 0
    for (let n = 0; n < count; n++) {
      const tail = Array.from({ length: 4 }, () => letters[random.integer(0, 61)]).join('')
      const body = key.slice(0, 46) + tail
      if (key.startsWith(body)) continue
      // A checksum of its own, or it would be refused before it is looked for.
      await expect(verify(body + toBase62(crc32(body), 6))).rejects.toMatchObject({ code: 'key_unknown' })
      refused += 1
      if (n % 100 === 0) expect((await verify(key)).key.hash).toBe(record.hash)
    }
    return `keys with the first 46 characters of an issued one: ${refused} unknown, 0 taken for it`
  })
})
