import { type CallEnd, LoadConnection } from './load-connection.ts'
import type { LoadCommand, LoadResult, Target } from './load-protocol.ts'

type Closed = Extract<LoadCommand, { run: 'closed' }>
type Open = Extract<LoadCommand, { run: 'open' }>
type Idle = Extract<LoadCommand, { run: 'idle' }>

/** Calls that one run notes at most: 200,000 a second for half a minute is more than this machine sends. */
const SAMPLES_MAX = 6_000_000
const ERROR_SAMPLES_MAX = 5

class Tally {
  private readonly latencies: number[] = []
  private readonly samples = new Set<string>()
  private errors = 0

  note(end: CallEnd): void {
    if (end.error !== undefined) {
      this.errors++
      if (this.samples.size < ERROR_SAMPLES_MAX) this.samples.add(end.error)
    } else if (this.latencies.length < SAMPLES_MAX) this.latencies.push(end.endedAt - end.startedAt)
  }

  result(elapsedMs: number): LoadResult {
    const sorted = Float64Array.from(this.latencies).sort()
    const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
    return {
      calls: sorted.length,
      errors: this.errors,
      errorSamples: [...this.samples],
      elapsedMs,
      p50Ms: at(0.5),
      p99Ms: at(0.99),
    }
  }
}

/** The bytes of the one request that is sent again and again. */
export function renderRequest(target: Target): Buffer {
  const body = Buffer.from(target.body)
  const head = [
    `POST ${target.path} HTTP/1.1`,
    `host: 127.0.0.1:${target.port}`,
    'content-type: application/json',
    `content-length: ${body.length}`,
    ...Object.entries(target.headers).map(([name, value]) => `${name}: ${value}`),
    '',
    '',
  ]
  return Buffer.concat([Buffer.from(head.join('\r\n'), 'latin1'), body])
}

/** Both parts use the same connections, and all calls of the first have ended before the second begins. */
export async function runClosed(
  command: Closed,
  betweenParts: (warm: LoadResult) => Promise<void>,
): Promise<LoadResult> {
  const connections = Array.from({ length: command.connections }, () => new LoadConnection(command.target.port))
  const request = renderRequest(command.target)
  const part = async (durationMs: number) => {
    const tally = new Tally()
    const begin = performance.now()
    await Promise.all(connections.map((connection) => keepCalling(connection, begin + durationMs, tally)))
    return tally.result(performance.now() - begin)
  }
  const keepCalling = (connection: LoadConnection, until: number, tally: Tally) =>
    new Promise<void>((resolve) => {
      const next = () => {
        const now = performance.now()
        if (now >= until) resolve()
        else connection.call(request, command.target.expected, { startedAt: now, done })
      }
      const done = (end: CallEnd) => {
        tally.note(end)
        // A refused connection fails at once; not to spin on it.
        if (end.error === undefined) next()
        else setTimeout(next, 20)
      }
      next()
    })
  await betweenParts(await part(command.warmupMs))
  const result = await part(command.durationMs)
  for (const connection of connections) connection.close()
  return result
}

/** A call that finds no connection free waits, and its latency counts that wait. */
export async function runOpen(command: Open, betweenParts: (warm: LoadResult) => Promise<void>): Promise<LoadResult> {
  const request = renderRequest(command.target)
  const free: LoadConnection[] = []
  const all: LoadConnection[] = []
  const take = () => {
    const connection = free.pop()
    if (connection !== undefined) return connection
    if (all.length >= command.connectionsMax) return undefined
    const made = new LoadConnection(command.target.port)
    all.push(made)
    return made
  }
  const part = (durationMs: number) =>
    new Promise<LoadResult>((resolve) => {
      const tally = new Tally()
      const waiting: number[] = []
      const begin = performance.now()
      const expectedCalls = Math.floor((durationMs * command.ratePerSecond) / 1000)
      let arrived = 0
      let ended = 0
      const send = (connection: LoadConnection, startedAt: number) => {
        const done = (end: CallEnd) => {
          tally.note(end)
          ended++
          const next = waiting.shift()
          if (next === undefined) free.push(connection)
          else send(connection, next)
          if (ended === expectedCalls) resolve(tally.result(performance.now() - begin))
        }
        connection.call(request, command.target.expected, { startedAt, done })
      }
      const tick = () => {
        const now = performance.now()
        const due = Math.min(expectedCalls, Math.floor(((now - begin) * command.ratePerSecond) / 1000))
        for (; arrived < due; arrived++) {
          const connection = take()
          if (connection === undefined) waiting.push(now)
          else send(connection, now)
        }
        if (arrived < expectedCalls) setTimeout(tick, 1)
      }
      tick()
    })
  await betweenParts(await part(command.warmupMs))
  const result = await part(command.durationMs)
  for (const connection of all) connection.close()
  return result
}

/** Streams are opened this many at a time, so that no accept queue overflows. */
const OPENING_AT_ONCE = 64

export async function runIdle(command: Idle, whileOpen: (warm: LoadResult) => Promise<void>): Promise<LoadResult> {
  const connections = Array.from({ length: command.connections }, () => new LoadConnection(command.target.port))
  const request = renderRequest(command.target)
  const tally = new Tally()
  const begin = performance.now()
  let next = 0
  const opener = async () => {
    for (let connection = connections[next++]; connection !== undefined; connection = connections[next++]) {
      const opening = connection
      const end = await new Promise<CallEnd>((done) => {
        opening.call(request, 'first-event', { startedAt: performance.now(), done })
      })
      tally.note(end)
    }
  }
  await Promise.all(Array.from({ length: OPENING_AT_ONCE }, opener))
  const result = tally.result(performance.now() - begin)
  await whileOpen(result)
  for (const connection of connections) connection.close()
  return result
}
