import { cpuMicros, cpuMicrosByThread, cpuTickMicros, memoryOf, processTree } from './accounting.ts'
import type { Contender } from './contender.ts'
import { type LoadProcess, targetOf } from './load-process.ts'
import type { LoadResult } from './load-protocol.ts'
import { type Case, RATE_PER_SECOND } from './plan.ts'

/** One run of one case before one contender. */
export type CpuSample = LoadResult & {
  /** Microseconds of CPU time of the gateway's processes per successful call; NaN for the direct way. */
  cpuMicrosPerCall: number
  /** The same by utime + stime, in 10 ms grains: a check on the figure above. */
  tickMicrosPerCall: number
  callsPerSecond: number
  /** Microseconds per call by thread name. */
  threads: Record<string, number>
}

/** Settling and logging follow the answer; what they cost belongs to the call. */
const AFTERWORK_MS = 60

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** CPU per call with that many connections, each sending as soon as its last call ended. */
export async function measureCpu(
  load: LoadProcess,
  contender: Contender,
  given: { case: Case; warmupMs: number; measureMs: number },
): Promise<CpuSample> {
  const tree = contender.pid === undefined ? [] : processTree(contender.pid)
  let before = 0
  let ticksBefore = 0
  let threadsBefore: Record<string, number> = {}
  const result = await load.run(
    {
      run: 'closed',
      target: targetOf(contender, given.case.model, given.case.expected),
      connections: given.case.connections,
      warmupMs: given.warmupMs,
      durationMs: given.measureMs,
    },
    async () => {
      await pause(AFTERWORK_MS)
      before = cpuMicros(tree)
      ticksBefore = cpuTickMicros(tree)
      threadsBefore = cpuMicrosByThread(tree)
    },
  )
  await pause(AFTERWORK_MS)
  const perCall = (micros: number) => (tree.length === 0 ? Number.NaN : micros / result.calls)
  return {
    ...result,
    cpuMicrosPerCall: perCall(cpuMicros(tree) - before),
    tickMicrosPerCall: perCall(cpuTickMicros(tree) - ticksBefore),
    callsPerSecond: (result.calls / result.elapsedMs) * 1000,
    threads: Object.fromEntries(
      Object.entries(cpuMicrosByThread(tree)).map(([thread, micros]) => [
        thread,
        perCall(micros - (threadsBefore[thread] ?? 0)),
      ]),
    ),
  }
}

/** Latency at a fixed rate, and the most memory seen meanwhile. */
export type LatencySample = LoadResult & { residentBytes: number; proportionalBytes: number }

const MEMORY_EVERY_MS = 250
const OPEN_CONNECTIONS_MAX = 256

export async function measureLatency(
  load: LoadProcess,
  contender: Contender,
  given: { warmupMs: number; measureMs: number },
): Promise<LatencySample> {
  const tree = contender.pid === undefined ? [] : processTree(contender.pid)
  let residentBytes = 0
  let proportionalBytes = 0
  const look = () => {
    const now = memoryOf(tree)
    residentBytes = Math.max(residentBytes, now.residentBytes)
    proportionalBytes = Math.max(proportionalBytes, now.proportionalBytes)
  }
  const watch = setInterval(look, MEMORY_EVERY_MS)
  try {
    const result = await load.run(
      {
        run: 'open',
        target: targetOf(contender, 'bench', 'json'),
        connectionsMax: OPEN_CONNECTIONS_MAX,
        ratePerSecond: RATE_PER_SECOND,
        warmupMs: given.warmupMs,
        durationMs: given.measureMs,
      },
      () => undefined,
    )
    look()
    return { ...result, residentBytes, proportionalBytes }
  } finally {
    clearInterval(watch)
  }
}

/** What open but silent streams take. */
export type IdleSample = { streams: number; errors: string[]; beforeBytes: number; withStreamsBytes: number }

const IDLE_SETTLE_MS = 1000

export async function measureIdle(load: LoadProcess, contender: Contender, streams: number): Promise<IdleSample> {
  const tree = contender.pid === undefined ? [] : processTree(contender.pid)
  const beforeBytes = memoryOf(tree).residentBytes
  let withStreamsBytes = 0
  const result = await load.run(
    { run: 'idle', target: targetOf(contender, 'bench-idle', 'first-event'), connections: streams },
    async () => {
      await pause(IDLE_SETTLE_MS)
      withStreamsBytes = memoryOf(tree).residentBytes
    },
  )
  return { streams: result.calls, errors: result.errorSamples, beforeBytes, withStreamsBytes }
}
