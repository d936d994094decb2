import type { Stay } from '../router/attempt.ts'
import type { MessageRecord, Whose } from '../store/chat-records.ts'
import type { Store } from '../store/store.ts'
import type { Branch } from './branch.ts'

/** Answers of one model that are looked up for where they were made. Older thoughts are left out. */
const LOOKED_UP_MAX = 20

/** Where a branch's answers by one model were made. */
export type Home = {
  /** Of the last of them: the endpoint and credential that hold the conversation's cache. */
  place: Omit<Stay, 'how'>
  /** The answers whose thoughts that very place made, and can read. */
  thoughtThere: ReadonlySet<string>
}

/** @returns undefined where the model has not answered in this branch, or nobody knows where any more */
export async function findHome(
  store: Pick<Store, 'findGeneration'>,
  whose: Whose,
  of: { branch: Branch; model: string },
): Promise<Home | undefined> {
  const answers = of.branch.filter(({ role, model }) => role === 'assistant' && model === of.model)
  const places = await Promise.all(
    answers.slice(-LOOKED_UP_MAX).map(async (answer) => ({ answer, place: await placeOf(store, whose, answer) })),
  )
  const last = places.findLast(({ place }) => place !== undefined)?.place
  if (last === undefined) return undefined
  const thoughtThere = places.filter(({ answer, place }) => hasItems(answer) && isSame(place, last))
  return { place: last, thoughtThere: new Set(thoughtThere.map(({ answer }) => answer.id)) }
}

async function placeOf(
  store: Pick<Store, 'findGeneration'>,
  { workspaceId }: Whose,
  { generationId }: MessageRecord,
): Promise<Home['place'] | undefined> {
  const generation = generationId === null ? undefined : await store.findGeneration(generationId, workspaceId)
  const served = generation?.attempts.findLast(({ outcome }) => outcome !== 'failed')
  return served && { endpoint: served.endpoint, credentialId: served.credentialId }
}

function hasItems({ parts }: MessageRecord): boolean {
  return parts.some((part) => part.kind === 'reasoning' && part.items !== undefined && part.items.length > 0)
}

function isSame(a: Home['place'] | undefined, b: Home['place']): boolean {
  return a !== undefined && a.endpoint === b.endpoint && a.credentialId === b.credentialId
}
