import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { findViolations } from '../store/invariants.ts'
import { startRig } from '../testing/rig.ts'
import { callChat, keptConnections } from './testing/client.ts'
import { type FigureRun, proveFigure } from './testing/figure.ts'
import { onlyProvider, startHonestProvider } from './testing/honest-provider.ts'
import { amountIn, queryHome, queryOf } from './testing/ledger.ts'
import { createRandom } from './testing/random.ts'

// F5, over HTTP: every call of a round is on its way before the first is answered.

/** Parallel calls of one round; each round has its own seed, home and tightest cap. */
const CALLS_PER_ROUND = 500
/** Nano-dollars of cap for each call of a round: about a fifth of what they ask for. */
const CAP_PER_CALL = 120_000n
/** How much wider the other two caps are, in percent. */
const WIDER_PERCENT = 103n

const SCOPES = ['key', 'user', 'workspace'] as const

test('F5: parallel calls never spend more than any of three nested caps', async () => {
  await proveFigure('F5', { full: 10_000, usual: 300 }, async (run) => {
    const found = { answered: 0, clamped: 0, refused: 0, rounds: 0 }
    for (let done = 0; done < run.count; done += CALLS_PER_ROUND) {
      // In npm test the three caps take turns within the one round's place.
      const calls = Math.min(CALLS_PER_ROUND, run.count - done)
      const parts = run.count < CALLS_PER_ROUND ? SCOPES.length : 1
      for (let part = 0; part < parts; part++) {
        await spendInParallel(Math.ceil(calls / parts), { run, found })
      }
    }
    expect(found.refused).toBeGreaterThan(0)
    expect(found.clamped).toBeGreaterThan(0)
    return `parallel calls, overspend 0 n$; ${found.answered} answered (${found.clamped} clamped to what was left), ${found.refused} refused with 402, ${found.rounds} rounds of their own seed under three nested caps`
  })
}, 1_200_000)

type Found = { answered: number; clamped: number; refused: number; rounds: number }

async function spendInParallel(calls: number, { run, found }: { run: FigureRun; found: Found }): Promise<void> {
  const random = createRandom(run.seed + found.rounds)
  const tightest = SCOPES[found.rounds % SCOPES.length]
  found.rounds++
  const cap = CAP_PER_CALL * BigInt(calls)
  const capOf = (scope: string) => (scope === tightest ? cap : (cap * WIDER_PERCENT) / 100n)
  const provider = await startHonestProvider(random)
  const rig = await startRig({ env: { ...onlyProvider(provider), KEYWAY_PREPAID: 'true' } })
  try {
    const { house } = rig.server
    const actor = { id: house.owner.id, workspaceId: house.workspace.id }
    await house.store.grantCredit(house.owner.id, capOf('user'), actor, house.clock.now())
    setBudget(rig.home, capOf('workspace'))
    const { key, hash } = await rig.issue({ limit: capOf('key') })
    const agent = keptConnections()
    const outcomes = await Promise.all(
      Array.from({ length: calls }, () =>
        callChat(rig.url, {
          key,
          agent,
          body: {
            model: 'openai/gpt-4o-mini',
            messages: [{ role: 'user', content: 'word '.repeat(random.integer(1, 400)).trim() }],
            max_tokens: random.integer(1, 2_000),
            stream: random.next() < 0.5,
          },
        }),
      ),
    )
    agent.destroy()
    for (const { status, complete, text, headers } of outcomes) {
      if (headers['x-keyway-output-clamped'] !== undefined) found.clamped++
      if (status === 402) found.refused++
      else if (status === 200 && complete) found.answered++
      else throw new Error(`a call ended with ${status}: ${text.slice(0, 300)}`)
    }
    await house.live.idle()
    await house.store.ping()
    const ids = { key: hash, user: house.owner.id, workspace: house.workspace.id }
    for (const scope of SCOPES) {
      const [row] = queryHome(
        rig.home,
        `SELECT sum(amount) AS spent FROM spend WHERE kind = '${scope}' AND id = '${ids[scope]}'`,
      )
      const spent = row ? amountIn(row, 'spent') : 0n
      expect(spent, `the cap of the ${scope}, with that of the ${tightest} tightest`).toBeLessThanOrEqual(capOf(scope))
      // A cap that is hardly touched would prove nothing.
      if (scope === tightest) expect(spent).toBeGreaterThan(cap / 3n)
    }
    expect(queryHome(rig.home, 'SELECT call_id FROM hold')).toEqual([])
    expect(await findViolations(queryOf(rig.home))).toEqual([])
  } finally {
    await rig.close()
    await provider.close()
  }
}

/** No command sets a workspace's budget yet; the store admits by it all the same. */
function setBudget(home: string, limit: bigint): void {
  const database = new DatabaseSync(join(home, 'keyway.db'), { timeout: 5_000 })
  try {
    database.prepare('UPDATE workspace SET budget_limit = ?').run(limit)
  } finally {
    database.close()
  }
}
