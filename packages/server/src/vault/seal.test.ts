import { createCipheriv, createSecretKey, randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { additionalData } from './additional-data.ts'
import { openText, parseSealed, SealError, type SecretContext, sealText, secretData } from './seal.ts'

/** 1 is the full count of 10^6 mutations; `npm test` does a twentieth. */
const SCALE = Number(process.env['KEYWAY_PROOF_SCALE'] ?? '0.05')
const MUTATIONS = Math.round(1_000_000 * SCALE)

const CONTEXT: SecretContext = {
  installId: 'install-1',
  workspaceId: 'workspace-1',
  userId: 'user_ab',
  credentialId: 'cred_c',
  provider: 'openai',
  baseUrl: 'https://api.openai.com',
  origin: 'pasted',
  dekId: 'dek_1',
}
const FIELDS = ['installId', 'workspaceId', 'userId', 'credentialId', 'provider', 'baseUrl', 'origin', 'dekId'] as const
const KEY = createSecretKey(randomBytes(32))
const SECRET = `sk-proj-${'s3cr3t'.repeat(12)}`

const seal = (context = CONTEXT, secret = SECRET) => sealText(KEY, context.dekId, secretData(context), secret)
const open = (blob: Uint8Array, context = CONTEXT, key = KEY) => openText(key, parseSealed(blob, secretData(context)))

/** What came out of a blob that should not open: undefined when nothing did. */
function opened(blob: Uint8Array, context = CONTEXT, key = KEY): string | undefined {
  try {
    return open(blob, context, key)
  } catch (error) {
    if (error instanceof SealError) return undefined
    throw error
  }
}

test('of all mutated blobs and swapped contexts, none opens', { timeout: 600_000 }, () => {
  const seed = Number(process.env['KEYWAY_PROOF_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
  const next = randomNumbers(seed)
  const blob = seal()
  const otherKey = createSecretKey(randomBytes(32))
  const counts: Record<string, number> = {}
  for (let i = 0; i < MUTATIONS; i++) {
    const [kind, value] = mutate(i % 6)
    counts[kind] = (counts[kind] ?? 0) + 1
    if (value !== undefined) expect.fail(`${kind} opened, seed ${seed}, mutation ${i}`)
  }
  expect(Object.keys(counts)).toHaveLength(6)
  expect(open(blob), `seed ${seed}`).toBe(SECRET)

  function mutate(kind: number): [string, string | undefined] {
    if (kind === 0) {
      const bytes = Buffer.from(blob)
      const at = next(bytes.length)
      bytes[at] = (bytes[at] ?? 0) ^ (1 << next(8))
      return ['bit flip', opened(bytes)]
    }
    if (kind === 1) return ['truncation', opened(blob.subarray(0, next(blob.length)))]
    if (kind === 2) return ['cut from the front or middle', opened(without(blob, next(blob.length), 1 + next(20)))]
    if (kind === 3) {
      const field = FIELDS[next(FIELDS.length)] ?? 'installId'
      const value = field === 'origin' ? 'connected' : `${CONTEXT[field]}${next(10)}`
      return ['swapped field', opened(blob, { ...CONTEXT, [field]: value })]
    }
    if (kind === 4) return ['other key', opened(blob, CONTEXT, otherKey)]
    const extra = randomBytes(1 + next(16))
    return ['bytes added', opened(next(2) === 0 ? Buffer.concat([blob, extra]) : Buffer.concat([extra, blob]))]
  }
})

test.each([4, 8, 12, 15])('a blob made with a tag of %i bytes does not open', (tagBytes) => {
  const header = Buffer.concat([Buffer.from([1, 1, 5]), Buffer.from('dek_1')])
  const iv = randomBytes(12)
  // Node makes tags of 4, 8 and 12 to 16 bytes, and would open them if the length were left to the blob.
  const cipher = createCipheriv('aes-256-gcm', KEY, iv, { authTagLength: tagBytes })
  cipher.setAAD(Buffer.concat([header, secretData(CONTEXT)]))
  const blob = Buffer.concat([header, iv, cipher.update(SECRET), cipher.final(), cipher.getAuthTag()])
  expect(opened(blob)).toBeUndefined()
})

test('fields that join to the same text do not open each other', () => {
  const moved = { ...CONTEXT, userId: 'user_a', credentialId: 'bcred_c' }
  expect(opened(seal(), moved)).toBeUndefined()
  expect(opened(seal({ ...CONTEXT, userId: '' }), { ...CONTEXT, userId: null })).toBeUndefined()
})

test('a blob of another purpose does not open, even under the same key', () => {
  const blob = sealText(KEY, 'dek_1', additionalData(['keyway/dek/v1', 'install-1']), SECRET)
  expect(opened(blob)).toBeUndefined()
})

test('two lists of fields give the same bytes only when they are the same', () => {
  const field = fc.option(fc.oneof(fc.string(), fc.constant('')), { nil: null })
  fc.assert(
    fc.property(fc.array(field, { maxLength: 5 }), fc.array(field, { maxLength: 5 }), (a, b) => {
      const same = JSON.stringify(a) === JSON.stringify(b)
      expect(additionalData(a).equals(additionalData(b))).toBe(same)
    }),
    {
      examples: [
        [
          ['ab', 'c'],
          ['a', 'bc'],
        ],
        [[null], ['']],
      ],
    },
  )
})

test('any text comes back as it was, and no two seals of it are alike', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 500 }), (secret) => {
      const first = seal(CONTEXT, secret)
      expect(open(first)).toBe(secret)
      expect(first.equals(seal(CONTEXT, secret))).toBe(false)
    }),
  )
})

test('what the caller does to its bytes afterwards does not reach a blob taken apart', () => {
  const blob = seal()
  const sealed = parseSealed(blob, secretData(CONTEXT))
  blob.fill(0)
  expect(openText(KEY, sealed)).toBe(SECRET)
})

function without(bytes: Buffer, at: number, count: number): Buffer {
  return Buffer.concat([bytes.subarray(0, at), bytes.subarray(Math.min(bytes.length, at + count))])
}

/** Numbers below a bound, the same ones for the same seed (mulberry32). */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}
