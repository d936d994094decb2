import type { Asked, ChatEvent, Conversation, Message, SendRequest } from '@keyway/contract'
import type { Page } from 'playwright-core'
import { type MadeUpChat, conversation as madeUpConversation } from '../fixture/chat.ts'
import type { World } from '../fixture/world.ts'
import { answerFrom, type SeenRequest } from './made-up-server.ts'

/** A made-up server's chat, as a test steers it. */
export type SteeredChat = {
  /** Has something happen on the page's line. */
  emit(...events: ChatEvent[]): Promise<void>
  /** What was asked of the server, in order. */
  seen: SeenRequest[]
  /** Refuses the next message with this failure's body. */
  refuseNext(status: number, error: { code: string; message: string; fix: string; retry_after_ms?: number }): void
}

/** Text for the page: an EventSource that a test speaks through. Playwright's answers cannot come piece by piece. */
const STEERED_SOURCE = `
  const lines = new Set()
  const opened = Promise.withResolvers()
  window.EventSource = class extends EventTarget {
    static CONNECTING = 0
    static OPEN = 1
    static CLOSED = 2
    readyState = 0
    constructor(address) {
      super()
      fetch(address).then((response) => response.json()).then((events) => {
        if (this.readyState === 2) return
        this.readyState = 1
        lines.add(this)
        opened.resolve()
        this.onopen?.()
        for (const event of events) this.onmessage?.({ data: JSON.stringify(event) })
      })
    }
    close() {
      this.readyState = 2
      lines.delete(this)
    }
  }
  // What is said before anybody listens would be lost.
  window.emitChat = async (events) => {
    await opened.promise
    for (const line of lines) for (const event of events) line.onmessage?.({ data: JSON.stringify(event) })
  }
`

/** Answers a page from a made-up world with one conversation in it; new ones are taken too. */
export async function answerChatFrom(page: Page, world: World, chat?: MadeUpChat): Promise<SteeredChat> {
  const seen = await answerFrom(page, world)
  const chats = new Map<string, MadeUpChat>()
  if (chat !== undefined) chats.set(chat.conversation.id, structuredClone(chat))
  let refusal: { status: number; json: unknown } | undefined
  await page.addInitScript(STEERED_SOURCE)
  await page.route(
    /\/api\/app\/(?:conversations|messages|preferences|attachments|folders)(?:[/?]|$)/,
    async (route) => {
      const request = route.request()
      const url = new URL(request.url())
      const method = request.method()
      const path = url.pathname.replace('/api/app/', '')
      const body = request.headers()['content-type']?.includes('json') === true ? request.postData() : null
      seen.push({ method, path: url.pathname + url.search, body: body ?? '' })
      const sent = body === null || body === '' ? {} : JSON.parse(body)
      const [thing, id = '', act] = path.split('/')
      const begun = sent.begins && madeUpConversation({ ...sent.begins, id, title: '', cost_usd: '0', revision: 1 })
      const open: MadeUpChat | undefined = chats.get(id) ?? (begun && { conversation: begun, messages: [] })
      if (path === 'preferences') {
        return route.fulfill({ json: { data_collection: 'allow', default_model: null, favourite_models: [] } })
      }
      if (thing === 'attachments' && method === 'POST') {
        const name = url.searchParams.get('name') ?? ''
        const media_type = name.endsWith('.pdf')
          ? 'application/pdf'
          : name.endsWith('.png')
            ? 'image/png'
            : 'text/plain'
        return route.fulfill({
          json: { id: 'b'.repeat(64), name, media_type, bytes: request.postDataBuffer()?.length ?? 0 },
        })
      }
      if (path === 'conversations')
        return route.fulfill({ json: { data: [...chats.values()].map((one) => one.conversation), next: null } })
      if (thing === 'folders') return route.fulfill({ json: { data: [] } })
      if (thing === 'messages') {
        const stopped = [...chats.values()].flatMap(({ messages }) => messages).find((message) => message.id === id)
        return route.fulfill({ json: { ...stopped, status: 'stopped' } })
      }
      if (thing !== 'conversations' || open === undefined) {
        return route.fulfill({
          status: 404,
          json: {
            error: {
              code: 'not_found',
              message: 'There is no such conversation.',
              fix: 'Check the link.',
              docs_url: '',
              request_id: 'req_1',
            },
          },
        })
      }
      if (act === 'events') return route.fulfill({ json: beginning(open) })
      if (act === 'messages' || act === 'answers') {
        if (refusal !== undefined) {
          const { status, json } = refusal
          refusal = undefined
          return route.fulfill({ status, json })
        }
        chats.set(id, open)
        return route.fulfill({ json: asked(open, sent, act) })
      }
      if (method === 'PATCH') {
        const settings = { ...open.conversation.settings, ...sent.settings }
        open.conversation = { ...open.conversation, ...sent, settings, revision: open.conversation.revision + 1 }
        return route.fulfill({ json: open.conversation })
      }
      return route.fulfill({ json: open })
    },
  )
  return {
    seen,
    emit: async (...events) => {
      await page.evaluate(`window.emitChat(${JSON.stringify(events)})`)
    },
    refuseNext(status, error) {
      refusal = { status, json: { error: { docs_url: '', request_id: 'req_made_up', ...error } } }
    },
  }
}

function beginning({ conversation, messages }: MadeUpChat): ChatEvent[] {
  return [
    { type: 'hello', revision: conversation.revision },
    ...messages
      .filter(({ status }) => status === 'streaming')
      .map((message): ChatEvent => ({ type: 'snapshot', message, offset: 0 })),
  ]
}

function asked(chat: MadeUpChat, sent: SendRequest & { parent_id: string }, act: string): Asked {
  const blank = {
    conversation_id: chat.conversation.id,
    prompt_version_id: null,
    figures: null,
    failure: null,
    created_at: new Date().toISOString(),
  }
  const question: Message[] =
    act === 'answers'
      ? []
      : [
          {
            ...blank,
            id: sent.id,
            parent_id: sent.parent_id,
            role: 'user',
            parts: sent.parts,
            status: 'done',
            model: null,
            group_id: null,
          },
        ]
  const answers = sent.models.map(
    (model, place): Message => ({
      ...blank,
      id: `answer-${sent.id}-${place}`,
      parent_id: act === 'answers' ? sent.parent_id : sent.id,
      role: 'assistant',
      parts: [],
      status: 'streaming',
      model,
      group_id: sent.models.length > 1 ? `group-${sent.id}` : null,
    }),
  )
  chat.messages.push(...question, ...answers)
  const conversation: Conversation = {
    ...chat.conversation,
    active_leaf_id: answers[0]?.id ?? null,
    streaming: true,
    revision: chat.conversation.revision + 1,
  }
  chat.conversation = conversation
  return { messages: [...question, ...answers], conversation }
}
