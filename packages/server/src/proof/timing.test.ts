import { createHash, createSecretKey, randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { matchTotp, newTotpSecret, totpCode, totpStepAt } from '../accounts/totp.ts'
import { constantTimeEqual } from '../base/constant-time.ts'
import { provesChallenge } from '../oauth/challenge-rules.ts'
import { codeHash, csrfToken, isCsrfToken } from '../oauth/secrets.ts'
import { proveFigure } from './testing/figure.ts'
import type { Random } from './testing/random.ts'

// F22. Two guesses, one that begins right and one that begins wrong, must take the same time: else the secret could be had
// letter by letter. Samples of both are taken in turn, in random order, so that whatever else the machine does hits both.

/** Beyond it a difference is no chance: less than one in 100,000. @see TVLA's pass limit */
const T_MAX = 4.5
/** One call is near the clock's own step; so many are timed together. */
const TOGETHER = 10
/** The slowest share is another program's doing, or the collector's. */
const KEPT = 0.9
/** A run that another program disturbed is taken again; a real difference would show in every one. */
const RUNS_MAX = 3

const secret = (letters = 43) => randomBytes(64).toString('base64url').slice(0, letters)
/**
 * Guesses of each kind, taken by turns: where in memory a single one happens to lie costs a processor some time too, and
 * would be taken for a difference between the kinds.
 */
const GUESSES = 64

/** The same letters, each pair laid down side by side: right but for the last one, and wrong from the first on. */
function guesses(right: string, other: (letter: string) => string): { near: string[]; far: string[] } {
  const letters = [...right]
  const changed = (at: number) => letters.map((letter, index) => (index === at ? other(letter) : letter)).join('')
  const many = Array.from({ length: GUESSES }, () => [changed(letters.length - 1), changed(0)] as const)
  return { near: many.map(([near]) => near), far: many.map(([, far]) => far) }
}

type Compared = { name: string; near: string[]; far: string[]; is: (guess: string) => unknown }

function compared(): Compared[] {
  const verifier = secret()
  const s256 = { challenge: createHash('sha256').update(verifier).digest('base64url'), method: 'S256' } as const
  const plain = { challenge: verifier, method: 'plain' } as const
  const of = { transactionId: 'auth_x', sessionId: 'session_x' }
  const secretKey = createSecretKey(randomBytes(32))
  const ring = { primary: 1, versions: [1], key: () => secretKey }
  const pairs = (name: string, right: string, is: (guess: string) => unknown): Compared => {
    return { name, ...guesses(right, (letter) => (letter === 'A' ? 'B' : 'A')), is }
  }
  const totp = newTotpSecret()
  const moment = { now: 1_700_000_000_000, after: null }
  const right = totpCode(totp, totpStepAt(moment.now))
  const mac = secret(64)
  const code = secret()
  const stored = codeHash(code, { installId: 'i', issuer: 'https://keyway.example' })
  return [
    pairs('key', mac, (guess) => constantTimeEqual(guess, mac)),
    pairs('code', code, (guess) =>
      constantTimeEqual(codeHash(guess, { installId: 'i', issuer: 'https://keyway.example' }), stored),
    ),
    pairs('verifier', verifier, (guess) => provesChallenge(guess, s256)),
    pairs('plain verifier', verifier, (guess) => provesChallenge(guess, plain)),
    {
      name: 'one-time code',
      ...guesses(right, (letter) => (letter === '0' ? '1' : '0')),
      is: (guess) => matchTotp(totp, guess, moment),
    },
    pairs('CSRF token', csrfToken(ring, of), (guess) => isCsrfToken(guess, ring, of)),
  ]
}

/** Welch's t of two samples without their slowest. */
function welch(one: number[], other: number[]): number {
  const moments = [one, other].map((samples) => {
    const kept = [...samples].sort((a, b) => a - b).slice(0, Math.floor(samples.length * KEPT))
    const mean = kept.reduce((sum, value) => sum + value, 0) / kept.length
    const variance = kept.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (kept.length - 1)
    return { mean, error: variance / kept.length }
  })
  const [a, b] = moments
  if (a === undefined || b === undefined) throw new Error('two samples')
  return Math.abs(a.mean - b.mean) / Math.sqrt(a.error + b.error || 1)
}

function measure({ near, far, is }: Compared, samples: number, random: Random): number {
  const times = { near: [] as number[], far: [] as number[] }
  for (let n = 0; n < samples * 2; n++) {
    const isNear = random.integer(0, 1) === 0
    const guess = (isNear ? near : far)[n % GUESSES] ?? ''
    const begin = process.hrtime.bigint()
    for (let turn = 0; turn < TOGETHER; turn++) is(guess)
    times[isNear ? 'near' : 'far'].push(Number(process.hrtime.bigint() - begin))
  }
  return welch(times.near, times.far)
}

test('F22, row 89, 122: a guess that begins right takes no longer than one that begins wrong', async () => {
  await proveFigure('F22', { full: 100_000, usual: 1_000 }, async ({ count, random }) => {
    const seen: string[] = []
    for (const one of compared()) {
      measure(one, 200, random)
      let t = Number.POSITIVE_INFINITY
      for (let run = 0; run < RUNS_MAX && t >= T_MAX; run++) t = Math.min(t, measure(one, count, random))
      seen.push(`${one.name} ${t.toFixed(1)}`)
      expect(`${one.name}: t ${t < T_MAX ? 'below' : t} ${T_MAX}`).toBe(`${one.name}: t below ${T_MAX}`)
    }
    // The measure can tell: a comparison that stops at the first difference is found.
    const right = secret(4_000)
    const is = (guess: string) => [...guess].every((letter, at) => letter === right[at])
    const t = measure({ name: 'naive', ...guesses(right, () => '-'), is }, 300, random)
    expect(t).toBeGreaterThan(T_MAX)
    return `samples each, Welch's t below ${T_MAX}: ${seen.join(', ')}; ${Math.round(t)} for a comparison that stops early`
  })
}, 600_000)
