import { z } from 'zod'
import { defineAct } from './act.ts'
import type { ActHouse } from './house.ts'

/** One thing that was looked at: how it is, and what to do where it is not well. */
export const findingShape = z.object({
  check: z.string(),
  state: z.enum(['ok', 'warning', 'failed']),
  detail: z.string(),
  fix: z.string().nullable(),
})

/** @see {@link findingShape} */
export type Finding = z.output<typeof findingShape>

/** What can be seen from inside the house: database, vault, money, models. Credentials are tested apart. */
export const examine = defineAct({
  name: 'doctor.house',
  args: z.strictObject({}),
  result: z.array(findingShape),
  run: async (house) => [
    await examineStore(house),
    await examineLedger(house),
    await examineKeys(house),
    examineModels(house),
  ],
})

async function examineStore(house: ActHouse): Promise<Finding> {
  try {
    await house.store.ping()
    return { check: 'database', state: 'ok', detail: 'answers', fix: null }
  } catch {
    return {
      check: 'database',
      state: 'failed',
      detail: 'does not answer',
      fix: 'Look into the log; restore a backup with: keyway restore <file>',
    }
  }
}

/** The sums of keys and of the workspace are kept apart, so they can be held against each other. */
async function examineLedger(house: ActHouse): Promise<Finding> {
  const now = house.clock.now()
  const workspace = await house.store.spendOf('workspace', house.workspace.id, now)
  const users = await house.store.listUsers(house.workspace.id)
  const spends = await Promise.all(users.map((user) => house.store.spendOf('user', user.id, now)))
  const sum = spends.reduce((total, spend) => total + spend.total, 0n)
  if (sum === workspace.total) return { check: 'ledger', state: 'ok', detail: 'users and workspace add up', fix: null }
  return {
    check: 'ledger',
    state: 'failed',
    detail: 'the users\u2019 sums are not the workspace\u2019s',
    fix: 'Restore a backup, and report this.',
  }
}

async function examineKeys(house: ActHouse): Promise<Finding> {
  const keys = await house.store.listKeys(house.workspace.id, { offset: 0, limit: 1000, includeDisabled: false })
  if (keys.length > 0) return { check: 'keys', state: 'ok', detail: `${keys.length} in use`, fix: null }
  return {
    check: 'keys',
    state: 'warning',
    detail: 'there is none yet',
    fix: 'Make one: keyway keys create --name my-app',
  }
}

function examineModels(house: ActHouse): Finding {
  const known = house.catalogue().models.size
  if (known > 0) return { check: 'models', state: 'ok', detail: `${known} known`, fix: null }
  return { check: 'models', state: 'warning', detail: 'none is known', fix: 'Add a provider: keyway providers add' }
}
