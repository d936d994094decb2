import { type RecordedRequest, startSimulation } from '@keyway/sim'
import { expect, test } from 'vitest'
import { findViolations } from '../store/invariants.ts'
import { startRig } from '../testing/rig.ts'
import { callChat, type Outcome } from './testing/client.ts'
import { percentile, proveFigure } from './testing/figure.ts'
import { queryHome, queryOf } from './testing/ledger.ts'

// F13. Each call is told apart at the provider and in the ledger by its `user`.

/** Clients at the same time. */
const CLIENTS = 8
/** A client leaves within the first tenth of its stream. */
const BYTES_MAX = 9_000
const WORDS = 400
/** How long a whole answer is waited for at most, before the client leaves. Milliseconds. */
const JSON_WAIT_MS_MAX = 80
/** A whole answer, and a stream, would go on for far longer than an abort may take. */
const JSON_ANSWER_MS = 1_000
const ABORT_MS_P99 = 250

test('F13: a client that leaves at any byte ends the call upstream, and the call is settled once', async () => {
  await proveFigure('F13', { full: 1_000, usual: 50 }, async ({ count, full, random, seed }) => {
    const simulation = await startSimulation({ seed, delayMs: 2 })
    const rig = await startRig({ simulation, env: { KEYWAY_CATALOGUE__REFRESH: 'false' } })
    const { house } = rig.server
    const upstream = new Map<string, RecordedRequest>()
    const stop = simulation.onRequest((request) => upstream.set(userIn(request), request))
    const outcomes = new Map<string, Outcome>()
    // Whole answers come slowly from a provider that only they are asked of.
    simulation.script('mistral', { kind: 'slow-events', intervalMs: JSON_ANSWER_MS }, { times: count })
    try {
      const { key } = await rig.issue({ limit: 100_000_000_000n })
      let next = 0
      const one = async () => {
        while (next < count) {
          const user = `client-${next++}`
          const stream = random.next() < 0.7
          const body = {
            model: stream ? 'openai/gpt-4o-mini' : 'mistralai/mistral-medium-latest',
            messages: [{ role: 'user', content: `${user} asks: Write ${WORDS} words.` }],
            max_tokens: WORDS + 50,
            stream,
            user,
          }
          const outcome = stream
            ? await callChat(rig.url, { key, body, leaveAfterBytes: random.integer(0, BYTES_MAX) })
            : await callChat(rig.url, { key, body, signal: AbortSignal.timeout(random.integer(1, JSON_WAIT_MS_MAX)) })
          outcomes.set(user, outcome)
        }
      }
      await Promise.all(Array.from({ length: CLIENTS }, one))
      await house.live.idle()
      await house.store.ping()
      const abortMs: number[] = []
      for (const [user, request] of upstream) {
        const ending = await request.ended
        const leftAtMs = outcomes.get(user)?.leftAtMs
        // One that went on to its own end although its client had left counts with all the time that it took.
        if (leftAtMs !== undefined) abortMs.push(Math.max(0, ending.atMs - leftAtMs))
        else expect(ending.by, `${user} stayed to the end`).toBe('server')
      }
      const p99 = percentile(abortMs, 0.99)
      expect(abortMs.length).toBeGreaterThan(count / 2)
      // Of few calls the 99th percentile is the very slowest, which on a busy machine says more of the machine.
      expect(full ? p99 : percentile(abortMs, 0.95)).toBeLessThanOrEqual(ABORT_MS_P99)

      const rows = queryHome(
        rig.home,
        "SELECT json_extract(client, '$.externalUser') AS user, count(*) AS times FROM generation GROUP BY 1",
      )
      expect(rows.filter((row) => row['times'] !== 1n)).toEqual([])
      // A call that left before its attempt leaves nothing. One whose attempt had begun has a row, heard of upstream or not.
      const settled = new Set(rows.map((row) => String(row['user'])))
      expect([...upstream.keys()].filter((user) => !settled.has(user))).toEqual([])
      expect([...settled].filter((user) => !outcomes.has(user))).toEqual([])
      expect(queryHome(rig.home, 'SELECT call_id FROM hold')).toEqual([])
      expect(queryHome(rig.home, 'SELECT generation_seq FROM charge WHERE overage > 0')).toEqual([])
      expect(house.live.size).toBe(0)
      expect(await findViolations(queryOf(rig.home))).toEqual([])
      const median = percentile(abortMs, 0.5)
      return `calls, ${abortMs.length} left by their client: upstream aborted after ${median.toFixed(0)} ms (median), ${p99.toFixed(0)} ms (p99); all ${upstream.size} calls that reached the provider settled once, no hold left`
    } finally {
      stop()
      await rig.close()
      await simulation.close()
    }
  })
}, 600_000)

/** Not every provider is told of `user`, so the prompt says it as well. */
function userIn(request: RecordedRequest): string {
  const user = /client-\d+/.exec(Buffer.from(request.body).toString('utf8'))?.[0]
  if (user === undefined) throw new Error(`a request to ${request.path} is of no client`)
  return user
}
