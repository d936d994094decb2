import { randomUUID } from 'node:crypto'
import type { Asked, ChatApi, ChatEvent, Message, SendRequest } from '@keyway/contract'
import type { AppBrowser, SendOptions } from './app-browser.ts'
import { readFrames } from './read-events.ts'
import type { Rig } from './rig.ts'

/** Sends, expects success and gives the answer. For tests. */
export async function askChat<E extends keyof ChatApi>(
  browser: AppBrowser,
  endpoint: E,
  options?: SendOptions & { body?: ChatApi[E]['body'] },
): Promise<ChatApi[E]['answer']> {
  const response = await browser.send(endpoint, options)
  const text = await response.text()
  if (!response.ok) throw new Error(`${endpoint}: ${response.status} ${text}`)
  return JSON.parse(text)
}

/** A new conversation. @returns its id */
export async function newChat(
  browser: AppBrowser,
  body: ChatApi['POST /api/app/conversations']['body'] = {},
): Promise<string> {
  return (await askChat(browser, 'POST /api/app/conversations', { body })).id
}

/** A message of words, and what more is said of it. */
export function words(text: string, more: Partial<SendRequest> & { models: string[] }): SendRequest {
  return { id: randomUUID(), parent_id: null, parts: [{ kind: 'text', text }], ...more }
}

export function sendWords(browser: AppBrowser, id: string, request: SendRequest): Promise<Asked> {
  return askChat(browser, 'POST /api/app/conversations/:id/messages', { id, body: request })
}

/** All text parts of a message together. */
export function textOf(message: Message | undefined): string {
  return (message?.parts ?? []).map((part) => (part.kind === 'text' ? part.text : '')).join('')
}

/** A tab that watches a conversation, and puts together what it is told as a page would. */
export type Tab = {
  readonly events: readonly ChatEvent[]
  /** As the tab has them by now. Throws where a delta was missed. */
  readonly messages: ReadonlyMap<string, Message>
  readonly comments: number
  /** The first event, past or to come, that passes. */
  until(test: (event: ChatEvent) => boolean): Promise<ChatEvent>
  /** Its answer is over: as it ended. */
  ended(messageId: string): Promise<Message>
  leave(): void
  /** Resolves when the server has ended it; rejects when it was cut off. */
  readonly over: Promise<void>
}

/** @throws Error when the server refuses */
export async function openTab(rig: Pick<Rig, 'url'>, browser: AppBrowser, conversationId: string): Promise<Tab> {
  const leaving = new AbortController()
  const response = await fetch(`${rig.url}/api/app/conversations/${conversationId}/events`, {
    headers: { cookie: browser.cookie ?? '', 'sec-fetch-site': 'same-origin' },
    signal: leaving.signal,
  })
  if (!response.ok) throw new Error(`events: ${response.status} ${await response.text()}`)
  const events: ChatEvent[] = []
  const messages = new Map<string, Message>()
  const offsets = new Map<string, number>()
  let comments = 0
  const waiting: (() => void)[] = []

  function take(event: ChatEvent): void {
    events.push(event)
    if (event.type === 'snapshot' || event.type === 'ended') messages.set(event.message.id, event.message)
    if (event.type === 'snapshot') offsets.set(event.message.id, event.offset)
    if (event.type === 'part' || event.type === 'delta') grow(event)
    for (const look of waiting.splice(0)) look()
  }

  function grow(event: Extract<ChatEvent, { type: 'part' | 'delta' }>): void {
    const message = messages.get(event.message_id)
    const known = offsets.get(event.message_id) ?? 0
    if (event.offset !== known + 1) throw new Error(`delta ${event.offset} came after ${known}`)
    offsets.set(event.message_id, event.offset)
    const parts = [...(message?.parts ?? [])]
    if (event.type === 'part') parts[event.index] = event.part
    else {
      const part = parts[event.index]
      if (part?.kind === 'tool_call') parts[event.index] = { ...part, arguments: part.arguments + event.text }
      else if (part?.kind === 'text' || part?.kind === 'reasoning')
        parts[event.index] = { ...part, text: part.text + event.text }
      else throw new Error(`a delta for ${JSON.stringify(part)}`)
    }
    if (message !== undefined) messages.set(message.id, { ...message, parts })
  }

  const over = (async () => {
    for await (const frame of readFrames(response)) {
      if ('comment' in frame) comments++
      else take(JSON.parse(frame.data))
    }
  })()
  over.catch(() => undefined)
  const tab: Tab = {
    events,
    messages,
    get comments() {
      return comments
    },
    until(test) {
      return new Promise((resolve, reject) => {
        const look = () => {
          const found = events.find(test)
          if (found === undefined) waiting.push(look)
          else resolve(found)
        }
        look()
        const fail = (cause: unknown) => reject(new Error(`the tab ended: ${JSON.stringify(events)}`, { cause }))
        over.then(fail, fail)
      })
    },
    async ended(messageId) {
      const event = await tab.until((one) => one.type === 'ended' && one.message.id === messageId)
      if (event.type !== 'ended') throw new Error('not an end')
      return event.message
    },
    leave: () => leaving.abort(),
    over,
  }
  await tab.until(({ type }) => type === 'hello')
  return tab
}
