import type { Part } from '@keyway/contract'
import { withTexts } from '../i18n/i18n.ts'
import { fetchAhead } from '../shell/missing-script.ts'
import { newThread } from './new-thread.ts'
import { ask } from './thread/ask.ts'
import type { WordedColumn } from './thread/outgoing.ts'

// The page that shows it comes along.
fetchAhead(withTexts(['chat', 'composer'], import('./chat-page.tsx')))

/** Begins a conversation with its first message. @returns its id: its page shows it at once */
export function beginChat({
  parts,
  models,
  temporary,
  folderId,
  promptVersionId,
}: {
  parts: Part[]
  models: string[]
  temporary: boolean
  folderId: string | null
  promptVersionId: string | undefined
}): string {
  const store = newThread({ settings: { models, system_prompt: '', parameters: {} }, temporary, folderId })
  void ask(store, {
    kind: 'message',
    parts,
    parentId: null,
    models,
    ...(promptVersionId === undefined ? {} : { promptVersionId }),
  })
  return store.id
}

/** Begins a conversation with one message in several wordings, side by side. @returns its id */
export function beginComparison({
  columns,
  temporary,
  folderId,
}: {
  columns: WordedColumn[]
  temporary: boolean
  folderId: string | null
}): string {
  // It goes on with the first, until another is chosen.
  const models = columns.slice(0, 1).map(({ model }) => model)
  const store = newThread({ settings: { models, system_prompt: '', parameters: {} }, temporary, folderId })
  void ask(store, { kind: 'wordings', columns, parentId: null })
  return store.id
}
