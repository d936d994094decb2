import type { Attachment, ExportedConversation, ExportFile } from '@keyway/contract'
import type { Whose } from '../store/chat-records.ts'
import type { ChatStore } from '../store/chat-store.ts'
import { conversationView, messageView } from './view.ts'

/** Conversations whose ids are read at a time. */
const PAGE = 200

export type ExportSource = Pick<ChatStore, 'listConversationIds' | 'readConversation' | 'readAttachment'>

/** The ids of all that a person keeps. */
export async function* everyConversation(store: ExportSource, whose: Whose): AsyncGenerator<string> {
  for (let after: string | null = null; ; ) {
    const ids: string[] = await store.listConversationIds(whose, { after, limit: PAGE })
    yield* ids
    const last = ids.at(-1)
    if (last === undefined || ids.length < PAGE) return
    after = last
  }
}

/**
 * An export as text, piece by piece: at no time more of it is in memory than one conversation or one attachment. What is
 * deleted meanwhile is left out.
 */
export async function* exportText(
  store: ExportSource,
  whose: Whose,
  what: { ids: AsyncIterable<string> | Iterable<string>; exportedAt: string },
): AsyncGenerator<string> {
  const head: Pick<ExportFile, 'kind' | 'version' | 'exported_at'> = {
    kind: 'keyway-conversations',
    version: 1,
    exported_at: what.exportedAt,
  }
  yield `${JSON.stringify(head).slice(0, -1)},"conversations":[`
  const attachments = new Set<string>()
  let separator = '\n'
  for await (const id of what.ids) {
    const whole = await store.readConversation(whose, id)
    if (whole === undefined) continue
    const { streaming, revision, ...conversation } = conversationView(whole.conversation)
    const exported: ExportedConversation = { conversation, messages: whole.messages.map(messageView) }
    for (const { parts } of exported.messages) {
      for (const part of parts) {
        if ((part.kind === 'image' || part.kind === 'file') && part.attachment !== undefined) {
          attachments.add(part.attachment)
        }
      }
    }
    yield separator + JSON.stringify(exported)
    separator = ',\n'
  }
  yield '\n],"attachments":['
  separator = '\n'
  for (const id of attachments) {
    const found = await store.readAttachment(whose, id)
    if (found === undefined) continue
    const { name, mediaType: media_type, bytes, body } = found
    const facts: Attachment = { id, name, media_type, bytes }
    const base64 = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('base64')
    // Base64 needs no escapes: it is not gone through a second time.
    yield `${separator}${JSON.stringify(facts).slice(0, -1)},"base64":"${base64}"}`
    separator = ',\n'
  }
  yield '\n]}\n'
}
