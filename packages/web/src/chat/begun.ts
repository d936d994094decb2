import { readHomeSearch } from '../search.ts'

/** In this tab: the conversation that began last, and what kind of chat it was to be. */
const BEGUN = 'keyway.begun'

/** Remembers a conversation that the server may never get to know. */
export function keepBegun(id: string, as: { temporary: boolean; folderId: string | null }): void {
  const search = { temporary: as.temporary || undefined, folder: as.folderId ?? undefined }
  sessionStorage.setItem(BEGUN, JSON.stringify({ id, search }))
}

/**
 * Where to go for a conversation that began here and is not there: its first message was refused, and is a draft of the
 * first page. With what the way back from elsewhere told this one.
 */
export function homeOf(id: string, told: object): ReturnType<typeof readHomeSearch> | undefined {
  const begun: unknown = JSON.parse(sessionStorage.getItem(BEGUN) ?? 'null')
  if (begun === null || typeof begun !== 'object' || !('id' in begun) || begun.id !== id) return undefined
  return readHomeSearch({ ...told, ...('search' in begun && typeof begun.search === 'object' ? begun.search : {}) })
}
