import { CHAIN_START, followChain } from './audit-chain.ts'

/** Runs one query and gives its rows. Integers may be numbers, bigints or their decimal text, as the driver likes. */
export type Query = (sql: string) => Promise<readonly Record<string, unknown>[]>

/** Rows named in one finding: enough to look into it, and no flood. */
const NAMED = 5

/** Charges by scope and day. */
const CHARGES = `SELECT k.cap_id, g.user_id, g.workspace_id, g.at / 86400000 AS day, c.amount
  FROM charge c JOIN generation g ON g.seq = c.generation_seq JOIN api_key k ON k.hash = g.key_hash`

/** Each query gives the rows that break a rule, one text a row. They are in the SQL that both dialects share. */
const RULES: readonly { rule: string; sql: string }[] = [
  {
    rule: 'what a scope spent on a day is the sum of its charges',
    sql: `SELECT kind || ' ' || id AS broken FROM (
            SELECT kind, id, day, amount AS spent, 0 AS charged FROM spend
            UNION ALL SELECT 'key', cap_id, day, 0, amount FROM (${CHARGES}) AS k
            UNION ALL SELECT 'user', user_id, day, 0, amount FROM (${CHARGES}) AS u
            UNION ALL SELECT 'workspace', workspace_id, day, 0, amount FROM (${CHARGES}) AS w
          ) AS sides GROUP BY kind, id, day HAVING sum(spent) <> sum(charged)`,
  },
  {
    rule: 'every charge has one generation, and that a key of its tenant',
    sql: `SELECT 'charge ' || c.generation_seq AS broken FROM charge c
          LEFT JOIN generation g ON g.seq = c.generation_seq LEFT JOIN api_key k ON k.hash = g.key_hash
          WHERE k.hash IS NULL OR g.workspace_id <> k.workspace_id OR g.user_id <> k.user_id`,
  },
  {
    rule: 'every generation has one charge',
    sql: `SELECT g.id AS broken FROM generation g
          WHERE (SELECT count(*) FROM charge c WHERE c.generation_seq = g.seq) <> 1`,
  },
  {
    rule: 'no call id is there twice',
    sql: `SELECT id AS broken FROM (SELECT id FROM generation UNION ALL SELECT call_id FROM hold) AS calls
          GROUP BY id HAVING count(*) > 1`,
  },
  {
    rule: 'every hold counts against the cap, user and workspace of its key',
    sql: `SELECT h.call_id AS broken FROM hold h LEFT JOIN api_key k ON k.hash = h.key_hash
          WHERE k.hash IS NULL OR k.cap_id <> h.cap_id OR k.user_id <> h.user_id OR k.workspace_id <> h.workspace_id`,
  },
  {
    rule: 'no amount is negative',
    sql: `SELECT 'spend ' || id AS broken FROM spend WHERE amount < 0
          UNION ALL SELECT 'charge ' || generation_seq FROM charge WHERE amount < 0 OR overage < 0
          UNION ALL SELECT 'hold ' || call_id FROM hold WHERE input < 0 OR output < 0 OR streamed < 0
          UNION ALL SELECT 'credit ' || seq FROM credit WHERE amount <= 0`,
  },
]

/**
 * Looks for what must never be in a ledger. Holds have no counter of their own that could drift: what a scope holds is
 * by definition the sum of its open holds.
 * @returns one sentence for each rule that is broken; none when all hold
 */
export async function findViolations(query: Query): Promise<string[]> {
  const violations: string[] = []
  for (const { rule, sql } of RULES) {
    const broken = await query(sql)
    if (broken.length === 0) continue
    const named = broken.slice(0, NAMED).map((row) => String(row['broken']))
    violations.push(`${rule}: broken ${broken.length} times, by ${named.join(', ')}`)
  }
  return [...violations, ...(await findAuditViolations(query))]
}

async function findAuditViolations(query: Query): Promise<string[]> {
  const rows = (await query('SELECT * FROM audit ORDER BY seq')).map((row) => {
    const text = (name: string) => String(row[name])
    return {
      seq: Number(row['seq']),
      at: Number(row['at']),
      actor: text('actor'),
      workspace: text('workspace_id'),
      action: text('action'),
      object: text('object'),
      outcome: text('outcome'),
      details: text('details'),
      prev: text('prev'),
      hash: text('hash'),
    }
  })
  const { brokenAt } = followChain(CHAIN_START, rows)
  return brokenAt === null ? [] : [`the audit rows form an unbroken chain: broken at row ${brokenAt}`]
}
