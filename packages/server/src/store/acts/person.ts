import { KeywayError } from '../../base/errors.ts'
import type { Whose } from '../chat-records.ts'
import { takeTurn } from './connect-flows.ts'
import type { ActContext } from './context.ts'

/** The columns by which every row of a person's is found. */
export function ownedBy(whose: Whose): { workspace_id: string; user_id: string } {
  return { workspace_id: whose.workspaceId, user_id: whose.userId }
}

/**
 * Lets the acts of one person that count their rows run one after another: two at once would each leave room for one more.
 * @throws KeywayError not_found when there is no such person in the workspace
 */
export async function personsTurn(context: ActContext, whose: Whose): Promise<void> {
  await takeTurn(context, whose.userId)
  const user = await context.db
    .selectFrom('user_account')
    .select('id')
    .where('id', '=', whose.userId)
    .where('workspace_id', '=', whose.workspaceId)
    .executeTakeFirst()
  if (!user) throw new KeywayError('not_found', 'user: no such user in this workspace')
}

/** @throws KeywayError limit_reached when there are as many as there may be */
export function refuseOver(limit: number, count: number, what: string): void {
  if (count >= limit) throw new KeywayError('limit_reached', `${what}: at most ${limit}, and there are as many already`)
}

/** Text as both databases can hold it: PostgreSQL knows no NUL, and neither half of a surrogate pair alone is a letter. */
export function storable(text: string): string {
  return text.replaceAll('\0', '').toWellFormed()
}
