import type { PreferencesRecord, Whose } from '../chat-records.ts'
import { type ActContext, oneOf } from './context.ts'
import { ownedBy, personsTurn } from './person.ts'

export async function findPreferences({ db }: ActContext, whose: Whose): Promise<PreferencesRecord | undefined> {
  const row = await db
    .selectFrom('preference')
    .select(['data_collection', 'default_model', 'favourite_models'])
    .where('user_id', '=', whose.userId)
    .where('workspace_id', '=', whose.workspaceId)
    .executeTakeFirst()
  return (
    row && {
      data_collection: oneOf(['allow', 'deny'], row.data_collection),
      default_model: row.default_model,
      favourite_models: JSON.parse(row.favourite_models),
    }
  )
}

export async function putPreferences(
  context: ActContext,
  whose: Whose,
  preferences: PreferencesRecord,
  at: number,
): Promise<void> {
  await personsTurn(context, whose)
  const columns = {
    data_collection: preferences.data_collection,
    default_model: preferences.default_model,
    favourite_models: JSON.stringify(preferences.favourite_models),
    updated_at: at,
  }
  await context.db
    .insertInto('preference')
    .values({ ...ownedBy(whose), ...columns })
    .onConflict((conflict) => conflict.column('user_id').doUpdateSet(columns))
    .execute()
}

export async function changePreferences(
  context: ActContext,
  whose: Whose,
  change: Partial<PreferencesRecord>,
  terms: { otherwise: PreferencesRecord; at: number },
): Promise<PreferencesRecord> {
  // Read and written by one at a time: two tabs that change two things change both.
  await personsTurn(context, whose)
  const preferences = { ...((await findPreferences(context, whose)) ?? terms.otherwise), ...change }
  await putPreferences(context, whose, preferences, terms.at)
  return preferences
}
