import type { MockModel } from './mock-replies.ts'
import type { Expectation } from './reply-check.ts'

/** What one measurement sends. */
export type Case = {
  id: string
  title: string
  expected: Extract<Expectation, 'json' | 'stream'>
  model: MockModel
  connections: number
}

const json = (connections: number): Case => ({
  id: `json-${connections}`,
  title: `JSON, ${connections} connection${connections === 1 ? '' : 's'}`,
  expected: 'json',
  model: 'bench',
  connections,
})

const fast = (connections: number): Case => ({
  id: `stream-${connections}`,
  title: `stream, as fast as it goes, ${connections} connection${connections === 1 ? '' : 's'}`,
  expected: 'stream',
  model: 'bench',
  connections,
})

/** Events five milliseconds apart arrive one by one, as a model's do: nothing can be handled in bulk. */
const paced: Case = {
  id: 'stream-paced-32',
  title: 'stream, an event each 5 ms, 32 connections',
  expected: 'stream',
  model: 'bench-paced',
  connections: 32,
}

export const CASES: readonly Case[] = [json(1), json(32), json(256), fast(1), fast(32), fast(256), paced]

/** How long everything takes. Times in milliseconds. */
export type Plan = {
  /** Each round measures every contender once per case, one after the other, so that the machine's moods hit all. */
  rounds: number
  /** Before anything counts, once per contender and half of it for each kind of answer: compilers settle. */
  settleMs: number
  warmupMs: number
  measureMs: number
  /** The open loop: calls arriving at RATE_PER_SECOND. */
  latencyRounds: number
  latencyMs: number
  starts: number
  idleStreams: number
}

/** Calls a second of the open loop. */
export const RATE_PER_SECOND = 1000

/** About a minute. */
export const QUICK: Plan = {
  rounds: 1,
  settleMs: 3000,
  warmupMs: 150,
  measureMs: 500,
  latencyRounds: 1,
  latencyMs: 2000,
  starts: 1,
  idleStreams: 1000,
}

/** About eight minutes. */
export const FULL: Plan = {
  rounds: 3,
  settleMs: 12_000,
  warmupMs: 300,
  measureMs: 2000,
  latencyRounds: 3,
  latencyMs: 6000,
  starts: 5,
  idleStreams: 1000,
}
