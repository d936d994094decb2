import { startSimulation } from '@keyway/sim'
import { expect, test } from 'vitest'
import { findViolations } from '../store/invariants.ts'
import { startRig } from '../testing/rig.ts'
import { callChat, DONE, eventsOf, type Outcome } from './testing/client.ts'
import { proveFigure } from './testing/figure.ts'
import { queryHome, queryOf } from './testing/ledger.ts'
import { type ServerProcess, serverEnv, startServerProcess } from './testing/server-process.ts'

// F16. Half of the streams are short enough to finish while the server drains.

const EVENT_MS = 40
const SHORT_WORDS = 15
const LONG_WORDS = 5_000
/** Longer than a short stream takes, also on a busy machine; far shorter than a long one. */
const DRAIN_MS = 2_500
/** After the second SIGTERM nothing is waited for but the disk. */
const HURRY_MS_MAX = 3_000

test('F16: a server that is told to stop ends every stream with an event, settles every call and exits with 0', async () => {
  await proveFigure('F16', { full: 200, usual: 20 }, async ({ count, seed }) => {
    const found = await drain({ count, seed, drainMs: DRAIN_MS, signals: 1 })
    expect(found.finished).toBeGreaterThanOrEqual(Math.floor(count / 2))
    expect(found.cut).toBeGreaterThan(0)
    return `live streams: ${found.finished} finished, ${found.cut} ended with an error event, 0 without an end; exit code 0 after ${(found.ms / 1000).toFixed(1)} s (limit ${DRAIN_MS / 1000} s), 0 open holds`
  })
}, 300_000)

test('F16: the second SIGTERM ends the streams at once', async () => {
  await proveFigure('F16 (second signal)', { full: 200, usual: 20 }, async ({ count, seed }) => {
    const found = await drain({ count, seed, drainMs: 600_000, signals: 2 })
    expect(found.cut).toBe(count)
    expect(found.ms).toBeLessThan(HURRY_MS_MAX)
    return `live streams: all ended with an error event and settled, exit code 0 after ${found.ms.toFixed(0)} ms`
  })
}, 300_000)

type Drained = { finished: number; cut: number; ms: number }

async function drain(of: { count: number; seed: number; drainMs: number; signals: 1 | 2 }): Promise<Drained> {
  const simulation = await startSimulation({ seed: of.seed })
  const rig = await startRig({ simulation, env: { KEYWAY_CATALOGUE__REFRESH: 'false' } })
  await rig.close('keep')
  try {
    const env = serverEnv(rig.home, simulation, { KEYWAY_LIMITS__DRAIN_MS: String(of.drainMs) })
    const server = await startServerProcess({ env })
    simulation.script('openai', { kind: 'slow-events', intervalMs: EVENT_MS }, { times: of.count })
    const streams = await openStreams(server, {
      count: of.count,
      key: rig.key,
      words: of.signals === 1 ? 'both' : 'long',
    })
    const begin = performance.now()
    server.signal('SIGTERM')
    if (of.signals === 2) {
      await untilRefused(server.url)
      server.signal('SIGTERM')
    }
    const outcomes = await Promise.all(streams)
    const exit = await server.exited
    const ms = performance.now() - begin
    expect(exit, server.output()).toEqual({ code: 0, signal: null })
    const found = { finished: 0, cut: 0, ms }
    for (const outcome of outcomes) found[endingOf(outcome)]++
    expect(queryHome(rig.home, 'SELECT call_id FROM hold')).toEqual([])
    const rows = new Set(queryHome(rig.home, 'SELECT id FROM generation').map((row) => row['id']))
    expect(outcomes.filter(({ id }) => !rows.has(id))).toEqual([])
    expect(await findViolations(queryOf(rig.home))).toEqual([])
    return found
  } finally {
    await rig.close('remove')
    await simulation.close()
  }
}

/** Starts streams and waits until each has begun. @returns what will become of them */
async function openStreams(
  { url }: ServerProcess,
  of: { count: number; key: string; words: 'both' | 'long' },
): Promise<Promise<Outcome>[]> {
  const streams: Promise<Outcome>[] = []
  const begun: Promise<void>[] = []
  for (let index = 0; index < of.count; index++) {
    const words = of.words === 'both' && index % 2 === 0 ? SHORT_WORDS : LONG_WORDS
    begun.push(
      new Promise((resolve) => {
        streams.push(
          callChat(url, {
            key: of.key,
            body: {
              model: 'openai/gpt-4o-mini',
              messages: [{ role: 'user', content: `Write ${words} words.` }],
              stream: true,
            },
            onBytes: () => resolve(),
          }),
        )
      }),
    )
  }
  await Promise.all(begun)
  return streams
}

/** @throws Error for a stream that ended without telling how */
function endingOf({ id, text }: Outcome): 'finished' | 'cut' {
  const last = eventsOf(text).at(-1)
  if (typeof last === 'object' && last !== null && 'error' in last) return 'cut'
  if (text.endsWith(DONE)) return 'finished'
  throw new Error(`the stream ${id} ended without an event that says so: ...${text.slice(-200)}`)
}

/** Resolves when the server takes no connection any more: it has heard the first signal. */
async function untilRefused(url: string): Promise<void> {
  for (;;) {
    const answered = await fetch(`${url}/health`, { headers: { connection: 'close' } }).then(
      (response) => response.status === 200,
      () => false,
    )
    if (!answered) return
  }
}
