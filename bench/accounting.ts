import { readdirSync, readFileSync } from 'node:fs'

/** Memory of a process tree, in bytes: resident pages summed, and the proportional share (shared pages counted once). */
export type Memory = { residentBytes: number; proportionalBytes: number }

/** The process and all its descendants now. */
export function processTree(pid: number): number[] {
  const children = new Map<number, number[]>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const stat = readIfAlive(`/proc/${name}/stat`)
    // The command's name stands in brackets and may hold anything; the parent is the second field after it.
    const parent = Number(stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
    children.set(parent, [...(children.get(parent) ?? []), Number(name)])
  }
  const tree = [pid]
  for (const member of tree) tree.push(...(children.get(member) ?? []))
  return tree
}

/**
 * CPU time that the tree's threads have run so far, in microseconds: the scheduler's own count per thread
 * (`/proc/<pid>/task/<tid>/schedstat`, nanoseconds), which is the clock behind utime + stime without their 10 ms grain.
 * Where the kernel keeps none, utime + stime.
 * @see https://docs.kernel.org/scheduler/sched-stats.html (read 2026-11-21)
 */
export function cpuMicros(tree: readonly number[]): number {
  let micros = 0
  for (const pid of tree) micros += scheduledMicros(pid) ?? tickMicros(pid)
  return micros
}

/** The same by the threads' names ('MainThread', 'WorkerThread', 'V8Worker', ...); those of one name together. */
export function cpuMicrosByThread(tree: readonly number[]): Record<string, number> {
  const byName: Record<string, number> = {}
  for (const pid of tree) {
    for (const task of readdirIfAlive(`/proc/${pid}/task`)) {
      const name = readIfAlive(`/proc/${pid}/task/${task}/comm`)?.trim() ?? 'ended'
      const nanos = Number(readIfAlive(`/proc/${pid}/task/${task}/schedstat`)?.split(' ')[0] ?? 0)
      byName[name] = (byName[name] ?? 0) + nanos / 1000
    }
  }
  return byName
}

/** utime + stime of the tree in microseconds, in grains of 10 ms: the check on the figure above. */
export function cpuTickMicros(tree: readonly number[]): number {
  return tree.reduce((sum, pid) => sum + tickMicros(pid), 0)
}

export function memoryOf(tree: readonly number[]): Memory {
  let residentBytes = 0
  let proportionalBytes = 0
  for (const pid of tree) {
    const rollup = readIfAlive(`/proc/${pid}/smaps_rollup`) ?? ''
    residentBytes += kibibytes(rollup, 'Rss')
    proportionalBytes += kibibytes(rollup, 'Pss')
  }
  return { residentBytes, proportionalBytes }
}

function scheduledMicros(pid: number): number | undefined {
  let nanos = 0
  for (const task of readdirIfAlive(`/proc/${pid}/task`)) {
    const text = readIfAlive(`/proc/${pid}/task/${task}/schedstat`)
    if (text === undefined) return undefined
    nanos += Number(text.split(' ')[0])
  }
  return nanos === 0 ? undefined : nanos / 1000
}

/** Linux reports these in clock ticks, and USER_HZ is 100 on every architecture that Node runs on. */
const MICROS_PER_TICK = 10_000

function tickMicros(pid: number): number {
  const stat = readIfAlive(`/proc/${pid}/stat`)
  if (stat === undefined) return 0
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * MICROS_PER_TICK
}

function kibibytes(rollup: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(rollup)?.[1] ?? 0) * 1024
}

/** undefined when the process is gone: a process may end between being listed and being read. */
function readIfAlive(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (isGone(error)) return undefined
    throw error
  }
}

function readdirIfAlive(path: string): string[] {
  try {
    return readdirSync(path)
  } catch (error) {
    if (isGone(error)) return []
    throw error
  }
}

function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH')
}
