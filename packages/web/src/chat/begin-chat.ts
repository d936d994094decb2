import type { Part } from '@keyway/contract'
import { withTexts } from '../i18n/i18n.ts'
import { newThread } from './new-thread.ts'
import { ask } from './thread/ask.ts'

// The page that shows it comes along.
void withTexts(['chat', 'composer'], import('./chat-page.tsx'))

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
