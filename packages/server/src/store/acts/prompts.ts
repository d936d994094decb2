import { KeywayError } from '../../base/errors.ts'
import type { NamedVersionRecord, PromptRecord, PromptVersionRecord, Whose } from '../chat-records.ts'
import type { ActContext } from './context.ts'
import { ownedBy, personsTurn, refuseOver, storable } from './person.ts'

function promptsOf({ db }: ActContext, whose: Whose) {
  return db
    .selectFrom('prompt')
    .innerJoin('prompt_version', (join) =>
      join.onRef('prompt_version.user_id', '=', 'prompt.user_id').onRef('prompt_version.id', '=', 'prompt.version_id'),
    )
    .select([
      'prompt.id',
      'prompt.slug',
      'prompt.title',
      'prompt.version_id',
      'prompt.created_at',
      'prompt.updated_at',
      'prompt_version.version',
      'prompt_version.text',
    ])
    .where('prompt.user_id', '=', whose.userId)
    .where('prompt.workspace_id', '=', whose.workspaceId)
}

type Row = {
  id: string
  slug: string
  title: string
  version_id: string
  created_at: bigint
  updated_at: bigint
  version: bigint
  text: string
}

function fromRow(row: Row): PromptRecord {
  return {
    id: row.id,
    slug: row.slug,
    title: row.title,
    text: row.text,
    versionId: row.version_id,
    version: Number(row.version),
    createdAt: Number(row.created_at),
    updatedAt: Number(row.updated_at),
  }
}

export async function listPrompts(context: ActContext, whose: Whose): Promise<PromptRecord[]> {
  return (await promptsOf(context, whose).orderBy('prompt.slug').execute()).map(fromRow)
}

export async function findPrompt(context: ActContext, whose: Whose, id: string): Promise<PromptRecord | undefined> {
  const row = await promptsOf(context, whose).where('prompt.id', '=', id).executeTakeFirst()
  return row && fromRow(row)
}

async function refuseTakenSlug(context: ActContext, whose: Whose, slug: string): Promise<void> {
  const taken = await promptsOf(context, whose).where('prompt.slug', '=', slug).executeTakeFirst()
  if (taken) throw new KeywayError('conflict', `slug: there is a prompt ${JSON.stringify(slug)} already`)
}

export async function createPrompt(
  context: ActContext,
  whose: Whose,
  prompt: PromptRecord,
  limits: { prompts: number },
): Promise<void> {
  await personsTurn(context, whose)
  await refuseTakenSlug(context, whose, prompt.slug)
  const { count } = await context.db
    .selectFrom('prompt')
    .select(({ fn }) => fn.countAll<bigint>().as('count'))
    .where('user_id', '=', whose.userId)
    .executeTakeFirstOrThrow()
  refuseOver(limits.prompts, Number(count), 'prompts')
  const { id, slug, versionId, version, createdAt, updatedAt } = prompt
  await context.db
    .insertInto('prompt')
    .values({
      ...ownedBy(whose),
      id,
      slug,
      title: storable(prompt.title),
      version_id: versionId,
      created_at: createdAt,
      updated_at: updatedAt,
    })
    .execute()
  await addVersion(context, whose, id, { id: versionId, version, text: prompt.text, createdAt: updatedAt })
}

async function addVersion(
  { db }: ActContext,
  whose: Whose,
  promptId: string,
  version: PromptVersionRecord,
): Promise<void> {
  await db
    .insertInto('prompt_version')
    .values({
      ...ownedBy(whose),
      id: version.id,
      prompt_id: promptId,
      version: version.version,
      text: storable(version.text),
      created_at: version.createdAt,
    })
    .execute()
}

export async function changePrompt(
  context: ActContext,
  whose: Whose,
  id: string,
  change: {
    to: { slug?: string; title?: string; text?: string; versionId: string; at: number }
    limits: { versions: number }
  },
): Promise<PromptRecord | undefined> {
  await personsTurn(context, whose)
  const { to, limits } = change
  const prompt = await findPrompt(context, whose, id)
  if (!prompt) return undefined
  if (to.slug !== undefined && to.slug !== prompt.slug) await refuseTakenSlug(context, whose, to.slug)
  const text = to.text === undefined ? prompt.text : storable(to.text)
  const isNew = text !== prompt.text
  if (isNew) {
    refuseOver(limits.versions, prompt.version, 'versions of the prompt')
    await addVersion(context, whose, id, { id: to.versionId, version: prompt.version + 1, text, createdAt: to.at })
  }
  await context.db
    .updateTable('prompt')
    .set({
      slug: to.slug ?? prompt.slug,
      title: to.title === undefined ? prompt.title : storable(to.title),
      version_id: isNew ? to.versionId : prompt.versionId,
      updated_at: to.at,
    })
    .where('user_id', '=', whose.userId)
    .where('id', '=', id)
    .execute()
  return findPrompt(context, whose, id)
}

export async function removePrompt(context: ActContext, whose: Whose, id: string): Promise<boolean> {
  const { db } = context
  if (!(await findPrompt(context, whose, id))) return false
  await db.deleteFrom('prompt_version').where('user_id', '=', whose.userId).where('prompt_id', '=', id).execute()
  const row = await db
    .deleteFrom('prompt')
    .where('user_id', '=', whose.userId)
    .where('id', '=', id)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

export async function listPromptVersions(
  context: ActContext,
  whose: Whose,
  promptId: string,
): Promise<PromptVersionRecord[] | undefined> {
  if (!(await findPrompt(context, whose, promptId))) return undefined
  const rows = await context.db
    .selectFrom('prompt_version')
    .select(['id', 'version', 'text', 'created_at'])
    .where('user_id', '=', whose.userId)
    .where('prompt_id', '=', promptId)
    .orderBy('version', 'desc')
    .execute()
  return rows.map((row) => ({
    id: row.id,
    version: Number(row.version),
    text: row.text,
    createdAt: Number(row.created_at),
  }))
}

export async function namePromptVersions(
  { db }: ActContext,
  whose: Whose,
  ids: readonly string[],
): Promise<NamedVersionRecord[]> {
  if (ids.length === 0) return []
  const rows = await db
    .selectFrom('prompt_version')
    .innerJoin('prompt', (join) =>
      join.onRef('prompt.user_id', '=', 'prompt_version.user_id').onRef('prompt.id', '=', 'prompt_version.prompt_id'),
    )
    .select(['prompt_version.id', 'prompt_version.version', 'prompt.slug', 'prompt.title'])
    .where('prompt.user_id', '=', whose.userId)
    .where('prompt.workspace_id', '=', whose.workspaceId)
    .where('prompt_version.id', 'in', ids)
    .execute()
  return rows.map((row) => ({ ...row, version: Number(row.version) }))
}
