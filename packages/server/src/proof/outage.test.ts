import { setTimeout as wait } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { startRig } from '../testing/rig.ts'
import { callChat, keptConnections } from './testing/client.ts'
import { proveFigure } from './testing/figure.ts'
import { type Mood, onlyProvider, startHonestProvider } from './testing/honest-provider.ts'

// F15. One provider, so that nothing hides the repetitions behind a fallback.

/** Calls on their way at the same time. */
const CLIENTS = 50
/** Between two looks at whether the provider is used again. Milliseconds. */
const LOOK_MS = 50
const RECOVERY_MS_MAX = 10_000
const AMPLIFICATION_MAX = 1.2

const ILLNESSES: readonly Mood[] = ['status-503', 'status-500', 'reset']

test('F15: a provider that fails always is asked hardly more often than it is called, and is used again once it is well', async () => {
  await proveFigure('F15', { full: 6_000, usual: 300 }, async ({ count, full, random }) => {
    const provider = await startHonestProvider(random)
    const measured: string[] = []
    // Each recovery takes its seconds, so npm test looks at one illness.
    const illnesses = full ? ILLNESSES : [random.pick(ILLNESSES)]
    try {
      for (const illness of illnesses) {
        const rig = await startRig({ env: onlyProvider(provider) })
        const agent = keptConnections()
        const body = { model: 'openai/gpt-4o-mini', messages: [{ role: 'user', content: 'Hello' }], max_tokens: 5 }
        const call = () => callChat(rig.url, { key: rig.key, agent, body })
        try {
          provider.mood = illness
          provider.requests = 0
          let left = Math.ceil(count / illnesses.length)
          const calls = left
          const statuses = new Set<number | undefined>()
          await Promise.all(
            Array.from({ length: CLIENTS }, async () => {
              while (left-- > 0) statuses.add((await call()).status)
            }),
          )
          const amplification = provider.requests / calls
          expect(amplification, illness).toBeLessThanOrEqual(AMPLIFICATION_MAX)
          expect(provider.requests, 'the provider was asked at all').toBeGreaterThan(0)
          for (const status of statuses) expect([500, 502, 503, 504, 529]).toContain(status)

          provider.mood = 'well'
          const begin = performance.now()
          while ((await call()).status !== 200) {
            expect(performance.now() - begin, `${illness}: no answer since the provider is well`).toBeLessThan(
              RECOVERY_MS_MAX,
            )
            await wait(LOOK_MS)
          }
          const recoveryMs = performance.now() - begin
          const after = await Promise.all(Array.from({ length: CLIENTS }, call))
          expect(after.map((outcome) => outcome.status)).toEqual(after.map(() => 200))
          measured.push(`${illness} ${amplification.toFixed(3)}x, recovered in ${(recoveryMs / 1000).toFixed(1)} s`)
        } finally {
          agent.destroy()
          await rig.close()
        }
      }
    } finally {
      await provider.close()
    }
    return `calls, ${CLIENTS} at a time, all failing: ${measured.join('; ')}`
  })
}, 600_000)
