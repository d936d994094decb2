import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { systemClock } from '../../base/clock.ts'
import { findViolations } from '../invariants.ts'
import { openSqliteStore } from './open.ts'

/** Acknowledgements before a kill, at most: a few hundred milliseconds of load. */
const MOST_LINES = 600
/** One kill in so many comes by the clock instead, and so may fall into opening and recovery. */
const TIMED = 5
/** Latest of those, milliseconds. */
const LATEST_MS = 600

/** What the load's sources compile to is kept here from kill to kill. */
const COMPILE_CACHE = fileURLToPath(new URL('../../../../../node_modules/.cache/keyway-proof', import.meta.url))

/** What a killed process had been told is done. */
type Acknowledged = {
  holds: Map<string, { input: bigint; output: bigint }>
  settled: Map<string, bigint>
  releasing: Set<string>
  released: Set<string>
}

/** Figures of a run, for the proof. */
export type CrashReport = { kills: number; holds: number; settlements: number; releases: number; problems: string[] }

/** Numbers from 0 to 1 that a seed repeats. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

function take(into: Acknowledged, line: string): void {
  const [kind, callId = '', first = '0', second = '0'] = line.split(' ')
  if (kind === 'H') into.holds.set(callId, { input: BigInt(first), output: BigInt(second) })
  else if (kind === 'S') into.settled.set(callId, BigInt(first))
  else if (kind === 'r') into.releasing.add(callId)
  else if (kind === 'R') into.released.add(callId)
  else throw new Error(`the load said ${JSON.stringify(line)}`)
}

/** Runs the load on the home and kills it with SIGKILL at a random point. */
async function killOnce(home: string, random: () => number): Promise<Acknowledged> {
  const heard: Acknowledged = { holds: new Map(), settled: new Map(), releasing: new Set(), released: new Set() }
  const load = spawn(process.execPath, [fileURLToPath(new URL('./crash-load.ts', import.meta.url)), home], {
    env: { ...process.env, NODE_COMPILE_CACHE: COMPILE_CACHE },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const words = text(load.stderr)
  const timed = random() < 1 / TIMED
  const timer = timed ? setTimeout(() => load.kill('SIGKILL'), random() * LATEST_MS) : undefined
  let left = timed ? Number.POSITIVE_INFINITY : 1 + Math.floor(random() * MOST_LINES)
  const exited = once(load, 'exit')
  const lines: string[] = []
  createInterface({ input: load.stdout }).on('line', (line) => {
    lines.push(line)
    if (--left === 0) load.kill('SIGKILL')
  })
  const closed = once(load, 'close')
  const [, signal] = await exited
  await closed
  clearTimeout(timer)
  if (signal !== 'SIGKILL') throw new Error(`the load ended by itself: ${await words}`)
  for (const line of lines) take(heard, line)
  return heard
}

type Row = { amount: bigint; basis: string }

/** What the ledger holds must be what the process was told, and nothing else about those calls. */
function compare(heard: Acknowledged, ledger: ReadonlyMap<string, Row>): string[] {
  const problems: string[] = []
  for (const [callId, amount] of heard.settled) {
    const row = ledger.get(callId)
    if (row?.amount !== amount || row.basis !== 'reported')
      problems.push(`the acknowledged settlement of ${callId} is lost`)
  }
  for (const callId of heard.released) if (ledger.has(callId)) problems.push(`${callId} was released and is charged`)
  for (const [callId, { input, output }] of heard.holds) {
    const row = ledger.get(callId)
    if (!row) {
      if (!heard.releasing.has(callId)) problems.push(`the acknowledged hold of ${callId} is lost`)
    } else if (row.basis === 'estimated' && (row.amount < input || row.amount > input + output)) {
      problems.push(`${callId} is estimated at ${row.amount}, held were ${input} + ${output}`)
    }
  }
  return problems
}

/**
 * Kills a process under load again and again on one home, opens the home after each kill, and looks for anything that
 * was acknowledged and is lost, and for broken invariants.
 */
export async function crashAgainAndAgain(options: { home: string; kills: number; seed: number }): Promise<CrashReport> {
  const random = seededRandom(options.seed)
  const report: CrashReport = { kills: 0, holds: 0, settlements: 0, releases: 0, problems: [] }
  while (report.kills < options.kills && report.problems.length === 0) {
    const heard = await killOnce(options.home, random)
    report.kills++
    report.holds += heard.holds.size
    report.settlements += heard.settled.size
    report.releases += heard.released.size
    await (await openSqliteStore({ home: options.home, clock: systemClock })).close()
    const database = new DatabaseSync(join(options.home, 'keyway.db'), { readBigInts: true, readOnly: true })
    try {
      const ledger = new Map<string, Row>()
      const find = database.prepare(
        'SELECT amount, basis FROM charge JOIN generation ON seq = generation_seq WHERE id = ?',
      )
      for (const callId of heard.holds.keys()) {
        const row = find.get(callId)
        if (row) ledger.set(callId, { amount: BigInt(String(row['amount'])), basis: String(row['basis']) })
      }
      report.problems.push(...compare(heard, ledger))
      report.problems.push(...(await findViolations(async (sql) => database.prepare(sql).all())))
      const open = database.prepare('SELECT count(*) AS open FROM hold').get()
      if (open?.['open'] !== 0n) report.problems.push(`${open?.['open']} holds are still open`)
    } finally {
      database.close()
    }
  }
  return report
}
