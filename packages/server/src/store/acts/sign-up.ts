import { sql } from 'kysely'
import { KeywayError } from '../../base/errors.ts'
import type { SetupChoice } from '../account-records.ts'
import type { Actor, User } from '../records.ts'
import { writeAudit } from './audit.ts'
import type { ActContext } from './context.ts'
import { insertPasskey, insertPassword } from './logins.ts'

/** Any fixed number: the name of the lock under which people come in one after another. */
const DOOR_LOCK = 0x6b77_646f

/** Lets the acts by which people come in run one after another, so that each counts those before it. SQLite has one writer anyway. */
export async function takeDoor({ db, dialect }: ActContext): Promise<void> {
  if (dialect === 'postgres') await sql`select pg_advisory_xact_lock(${DOOR_LOCK})`.execute(db)
}

/**
 * Adds a user to the actor's workspace, while there are fewer than `usersMax`. Those who left do not count; visitors who
 * are still on their way do.
 * @throws KeywayError not_found; conflict when there is no room, or the id is taken
 */
export async function insertUserWithin(
  context: ActContext,
  user: User,
  terms: { usersMax: number; actor: Actor },
): Promise<void> {
  if (user.workspaceId !== terms.actor.workspaceId) throw new KeywayError('not_found', 'user.workspaceId: another')
  await takeDoor(context)
  const { db } = context
  const { count } = await db
    .selectFrom('user_account')
    .select(db.fn.countAll<bigint>().as('count'))
    .where('workspace_id', '=', user.workspaceId)
    .where('deleted_at', 'is', null)
    .executeTakeFirstOrThrow()
  if (Number(count) >= terms.usersMax) {
    throw new KeywayError('conflict', 'There is no room for more people here.', {
      fix: 'Ask whoever runs this Keyway: accounts.users_max is reached.',
    })
  }
  const { id, workspaceId, name, email, role, disabledAt, createdAt, guest } = user
  const result = await db
    .insertInto('user_account')
    .values({
      ...{ id, workspace_id: workspaceId, name, email, role, disabled_at: disabledAt, created_at: createdAt },
      guest: guest ? 1n : 0n,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  if (result.numInsertedOrUpdatedRows !== 1n) throw new KeywayError('conflict', `user.id: ${id} exists already`)
  context.changes.push({ kind: 'user', id })
}

/**
 * Makes a user with their first way to sign in: both or neither. Their name stays out of the audit log, which keeps what
 * is in it.
 * @throws KeywayError as {@link insertUserWithin}, and conflict when the login is taken
 */
export async function signUp(
  context: ActContext,
  user: User,
  terms: { choice: SetupChoice; usersMax: number; actor: Actor },
): Promise<void> {
  const { choice, actor } = terms
  await insertUserWithin(context, user, terms)
  if (choice.method === 'passkey') await insertPasskey(context, { ...choice.passkey, userId: user.id }, actor)
  else if (choice.method === 'password') await insertPassword(context, { ...choice.password, userId: user.id }, actor)
  else throw new KeywayError('internal', 'choice.method: this machine is nobody\u2019s own')
  const details = { method: choice.method, role: user.role }
  await writeAudit(context, { at: user.createdAt, actor, action: 'user.sign-up', object: user.id, details })
}
