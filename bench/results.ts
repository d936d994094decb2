import type { Absent } from './contender.ts'
import type { Machine } from './machine.ts'
import type { CpuSample, IdleSample, LatencySample } from './measure.ts'
import type { Plan } from './plan.ts'

/** Everything that one run of the bench measured, as it is written to bench/results/<date>.json. */
export type Results = {
  machine: Machine
  commit: string
  plan: Plan
  contenders: { name: string; about: string }[]
  absent: Absent[]
  /** By case id, then by contender: one sample a round. */
  cpu: Record<string, Record<string, CpuSample[]>>
  latency: Record<string, LatencySample[]>
  idle: Record<string, IdleSample>
  /** Milliseconds from starting the process to its first answer, one a start. */
  starts: Record<string, number[]>
}

/** The middle value; the mean of the two middle ones where their number is even. NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2
}
