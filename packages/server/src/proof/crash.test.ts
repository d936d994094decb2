import { setTimeout } from 'node:timers/promises'
import { startSimulation } from '@keyway/sim'
import { expect, test } from 'vitest'
import { findViolations } from '../store/invariants.ts'
import { startRig } from '../testing/rig.ts'
import { callChat, type Outcome } from './testing/client.ts'
import { proveFigure } from './testing/figure.ts'
import { amountIn, queryHome, queryOf, queryRemains } from './testing/ledger.ts'
import type { Random } from './testing/random.ts'
import { type ServerProcess, serverEnv, standBy } from './testing/server-process.ts'

// F2. The server is the real one in a process of its own; its provider is the simulation in this process.

/** Calls that are always on their way. */
const CLIENTS = 6
/** Kills under one home: the next begins with an empty ledger, so that looking at all of it stays quick. */
const KILLS_PER_HOME = 50
const LOAD_MS = { least: 10, most: 400 }
/** A stream has a checkpoint after a second of it: one kill in five waits until one has, on a loaded machine for this long. */
const CHECKPOINT_MS = 5_000
const LOOK_MS = 50
/** Nano-dollars. The small one is used up within a few calls, the other never. */
const CAPS = { small: 2_000_000n, large: 50_000_000_000n }

type Key = { key: string; hash: string; limit: bigint | null }

test('F2: a server that is killed at any moment loses no answered call, and charges each open hold once', async () => {
  await proveFigure('F2', { full: 500, usual: 25 }, async ({ count, random, seed }) => {
    const simulation = await startSimulation({ seed, delayMs: 1 })
    const found = { answers: 0, rows: 0, abandoned: 0, checkpointed: 0 }
    try {
      for (let done = 0; done < count; done += KILLS_PER_HOME) {
        await killUnderLoad(Math.min(KILLS_PER_HOME, count - done), { simulation, random, found })
      }
    } finally {
      await simulation.close()
    }
    expect(found.answers).toBeGreaterThan(count)
    expect(found.abandoned).toBeGreaterThan(0)
    if (count >= 25) expect(found.checkpointed).toBeGreaterThan(0)
    return `kills: 0 lost, 0 twice, 0 negative; ${found.answers} answers received, ${found.rows} rows, ${found.abandoned} holds settled by estimate (${found.checkpointed} with a checkpoint)`
  })
}, 3_600_000)

type Found = { answers: number; rows: number; abandoned: number; checkpointed: number }
type Simulation = Awaited<ReturnType<typeof startSimulation>>

async function killUnderLoad(
  kills: number,
  { simulation, random, found }: { simulation: Simulation; random: Random; found: Found },
): Promise<void> {
  const rig = await startRig({ simulation, env: { KEYWAY_CATALOGUE__REFRESH: 'false' } })
  const { home } = rig
  const keys: Key[] = []
  for (const limit of [null, null, CAPS.large, CAPS.small]) keys.push({ ...(await rig.issue({ limit })), limit })
  await rig.close('keep')
  const place = { env: serverEnv(home, simulation) }
  const outcomes: Outcome[] = []
  let next = standBy(place)
  try {
    let server = await next.serve()
    for (let kill = 0; kill < kills; kill++) {
      next = standBy(place)
      const pace = kill % 5 === 4 ? 'slow' : 'quick'
      const load = startLoad(server, { keys, random, outcomes, simulation, pace })
      if (pace === 'slow') await aCheckpoint(home)
      await load.lasting(random.integer(LOAD_MS.least, LOAD_MS.most))
      await server.end('SIGKILL')
      await load.ended
      simulation.reset()
      const open = queryRemains(home, 'SELECT call_id, input, output, streamed FROM hold')
      server = await next.serve()
      const rows = ledgerOf(home)
      expect(queryHome(home, 'SELECT call_id FROM hold')).toEqual([])
      for (const hold of open) {
        const [input, output, streamed] = ['input', 'output', 'streamed'].map((name) => amountIn(hold, name))
        if (input === undefined || output === undefined || streamed === undefined)
          throw new Error('a hold is not whole')
        const amount = input + (streamed < output ? streamed : output)
        expect(rows.get(String(hold['call_id']))).toEqual({ amount, basis: 'estimated' })
        found.abandoned++
        if (streamed > 0n) found.checkpointed++
      }
      checkAnswers(outcomes, rows)
      expect(await findViolations(queryOf(home))).toEqual([])
      checkCaps(home, keys)
    }
    found.rows += ledgerOf(home).size
    found.answers += outcomes.filter((outcome) => outcome.complete).length
    await server.end('SIGKILL')
  } finally {
    await next.discard()
    await rig.close('remove')
  }
}

/** Until an open hold has a checkpoint, or it is too late for one. */
async function aCheckpoint(home: string): Promise<void> {
  const until = performance.now() + CHECKPOINT_MS
  while (performance.now() < until && queryHome(home, 'SELECT 1 FROM hold WHERE streamed > 0 LIMIT 1').length === 0) {
    await setTimeout(LOOK_MS)
  }
}

/** Streams and whole answers on several keys, each client one after another until it is told to stop. */
function startLoad(
  { url }: ServerProcess,
  of: { keys: readonly Key[]; random: Random; outcomes: Outcome[]; simulation: Simulation; pace: 'slow' | 'quick' },
): { lasting(ms: number): Promise<void>; ended: Promise<void> } {
  const { keys, random, outcomes, simulation, pace } = of
  let stopped = false
  // Answers that take their time, so that holds with checkpoints are found open.
  const times = pace === 'slow' ? CLIENTS : 1
  simulation.script('openai', { kind: 'slow-events', intervalMs: 40 }, { times })
  const wordsMin = pace === 'slow' ? 60 : 1
  const one = async () => {
    while (!stopped) {
      const outcome = await callChat(url, {
        key: random.pick(keys).key,
        body: {
          model: 'openai/gpt-4o-mini',
          messages: [{ role: 'user', content: `Write ${random.integer(wordsMin, 80)} words.` }],
          max_tokens: random.integer(60, 400),
          stream: random.next() < 0.6,
        },
      })
      if (outcome.status === 200) outcomes.push(outcome)
      else if (outcome.status === undefined) return
    }
  }
  const ended = Promise.all(Array.from({ length: CLIENTS }, one)).then(() => undefined)
  return {
    async lasting(ms) {
      await setTimeout(ms)
      stopped = true
    },
    ended,
  }
}

type Charged = { amount: bigint; basis: string }

function ledgerOf(home: string): Map<string, Charged> {
  const rows = queryHome(home, 'SELECT id, amount, basis FROM generation JOIN charge ON generation_seq = seq')
  return new Map(
    rows.map((row) => [String(row['id']), { amount: amountIn(row, 'amount'), basis: String(row['basis']) }]),
  )
}

/** Whoever heard of an answer has a row for it, and who heard its price was told what the ledger says. */
function checkAnswers(outcomes: readonly Outcome[], rows: ReadonlyMap<string, Charged>): void {
  for (const { id, complete, text } of outcomes) {
    const row = rows.get(id ?? '')
    if (row === undefined) throw new Error(`the ledger has no row for the answered call ${id}`)
    if (!complete || row.basis === 'estimated') continue
    const cost = /"cost":([0-9.e-]+)/.exec(text)?.[1]
    if (cost === undefined) throw new Error(`the answer of ${id} does not say its cost`)
    expect(row.amount).toBe(BigInt(Math.round(Number(cost) * 1e9)))
  }
}

function checkCaps(home: string, keys: readonly Key[]): void {
  for (const { hash, limit } of keys) {
    const [row] = queryHome(
      home,
      `SELECT coalesce(sum(amount), 0) AS spent FROM spend WHERE kind = 'key' AND id = '${hash}'`,
    )
    if (row && limit !== null) expect(amountIn(row, 'spent')).toBeLessThanOrEqual(limit)
  }
}
