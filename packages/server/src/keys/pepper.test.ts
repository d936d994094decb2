import { createHmac, createSecretKey } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { macOf } from './pepper.ts'

const peppersOf = (bytes: Uint8Array) => {
  const key = createSecretKey(bytes)
  return { primary: 1, versions: [1], key: (version: number) => (version === 1 ? key : undefined) }
}

describe('macOf', () => {
  it('refuses a version that is not there', () => {
    expect(() => macOf('kwy_k1_x', peppersOf(Buffer.alloc(32, 1)), 2)).toThrow('no pepper of version 2')
  })

  it('refuses a pepper longer than a block, which HMAC would hash first', () => {
    expect(() => macOf('kwy_k1_x', peppersOf(Buffer.alloc(65, 1)), 1)).toThrow('longer than a block')
  })

  it("is HMAC-SHA256 as OpenSSL's, for any pepper and any text", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 64 }),
        fc.string({ unit: 'binary', maxLength: 300 }),
        (pepper, text) => {
          const peppers = peppersOf(pepper)
          // Twice: the pads are kept between calls.
          for (let i = 0; i < 2; i++) {
            expect(macOf(text, peppers, 1)).toBe(createHmac('sha256', pepper).update(text).digest('hex'))
          }
        },
      ),
    )
  })
})
