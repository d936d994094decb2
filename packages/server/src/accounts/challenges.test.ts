import { createSecretKey, randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { CHALLENGE_MS, type ChallengeUse, createChallenges } from './challenges.ts'
import { createThrottle } from './throttle.ts'

let now = 1_800_000_000_000
const clock = { now: () => now, monotonic: () => now }
const key = createSecretKey(randomBytes(32))
const used = new Set<string>()
const store = {
  installId: 'here',
  useChallenge: async (hash: string) => !used.has(hash) && used.add(hash) !== undefined,
}
const make = (installId = 'here') =>
  createChallenges({
    store: { ...store, installId },
    clock,
    ring: { csrf: { primary: 1, versions: [1], key: () => key } },
  })
const challenges = make()
const SIGN_IN: ChallengeUse = { purpose: 'sign-in' }

it('no challenge holds after any change of it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: 53 }), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
      const bytes = Buffer.from(challenges.make(SIGN_IN), 'base64url')
      bytes.writeUInt8((bytes[at] ?? 0) ^ flip, at)
      expect(await challenges.redeem(bytes.toString('base64url'), SIGN_IN)).toBe(false)
    }),
  )
})

it('a challenge is for one use, one subject and one installation', async () => {
  const challenge = challenges.make({ purpose: 'setup', subject: 'a' })
  for (const use of [SIGN_IN, { purpose: 'setup', subject: 'b' }, { purpose: 'add-passkey', subject: 'a' }] as const) {
    expect(await challenges.redeem(challenge, use)).toBe(false)
  }
  expect(await make('there').redeem(challenge, { purpose: 'setup', subject: 'a' })).toBe(false)
  expect(await challenges.redeem(`${challenge}=`, { purpose: 'setup', subject: 'a' })).toBe(false)
  expect(await challenges.redeem(challenge, { purpose: 'setup', subject: 'a' })).toBe(true)
  expect(await challenges.redeem(challenge, { purpose: 'setup', subject: 'a' })).toBe(false)
})

it('a challenge ends to the millisecond', async () => {
  const [early, late] = [challenges.make(SIGN_IN), challenges.make(SIGN_IN)]
  now += CHALLENGE_MS - 1
  expect(await challenges.redeem(early, SIGN_IN)).toBe(true)
  now += 1
  expect(await challenges.redeem(late, SIGN_IN)).toBe(false)
})

it('tries are counted by name and by address, given back when they succeed, and forgotten after a quarter of an hour', () => {
  const throttle = createThrottle(clock)
  const guess = (login: string, address: string) =>
    throttle.admit([
      { kind: 'login', of: login },
      { kind: 'address', of: address },
    ])
  for (let i = 0; i < 100; i++) guess('ada', 'home')()
  for (let i = 0; i < 10; i++) guess('ada', 'home')
  expect(() => guess('ada', 'elsewhere')).toThrow(expect.objectContaining({ code: 'rate_limited' }))
  for (let i = 0; i < 50; i++) guess(`user${i}`, 'home')
  expect(() => guess('grace', 'home')).toThrow(expect.objectContaining({ retryAfterMs: 900_000 }))
  guess('grace', 'elsewhere')
  now += 15 * 60_000
  guess('ada', 'home')
})
