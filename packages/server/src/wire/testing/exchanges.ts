import { readdirSync, readFileSync } from 'node:fs'
import type { Dialect, Format, ReplyContext, RequestEdits } from '../codec.ts'

/** For tests: what an exchange in fixtures/<format> comes to. */
export type Expectation = {
  source: string
  dialect: Partial<Dialect>
  started: boolean
  complete: boolean
  error: { status: number; message: string; code: string } | null
  text: string
  finish: string | null
  native: string | null
  reportedCost?: string
  usage: {
    basis: string
    prompt: number
    completion: number
    reasoning: number
    cached: number
    /** Written to a cache, where the format tells. */
    written?: number
    lines: Record<string, number> | null
  } | null
  /** Data events that the client gets, [DONE] included. */
  events?: number
  /** What the request asks for beside tokens. */
  features?: string[]
  /** Encrypted reasoning that must reach the client as it came. */
  sealed?: string
  /** Members of the provider's usage that must reach the client. */
  keeps?: string[]
}

export type Exchange = { name: string; request: Buffer; reply: Buffer; streamed: boolean; expected: Expectation }

export const PLAIN: Dialect = {
  outputLimit: 'both',
  streamUsage: 'ignored',
  drop: [],
  reasoningOutside: false,
  keepsRoutingFields: false,
}

export const EDITS: RequestEdits = {
  model: 'native-model',
  dialect: PLAIN,
  outputTokensMax: undefined,
  maxPrice: undefined,
}

export function contextFor(dialect: Partial<Dialect> = {}): ReplyContext {
  return {
    id: 'gen-1790000000-abcdefghij0123456789',
    model: 'author/slug-\u00e9',
    provider: 'Pr\u00f6vider',
    dialect: { ...PLAIN, ...dialect },
    price: () => ({ cost: '0.00015', promptCost: '0.0001', completionCost: '0.00005' }),
  }
}

export function readExchanges(format: Format): Exchange[] {
  const all = new URL(`../../../../../fixtures/${format}/`, import.meta.url)
  return readdirSync(all).map((name) => {
    const folder = new URL(`${name}/`, all)
    const streamed = readdirSync(folder).includes('reply.sse')
    const expected: Expectation = JSON.parse(readFileSync(new URL('expect.json', folder), 'utf8'))
    return {
      name,
      request: readFileSync(new URL('request.json', folder)),
      reply: readFileSync(new URL(streamed ? 'reply.sse' : 'reply.json', folder)),
      streamed,
      expected,
    }
  })
}

/** The name ('' where it has none) and the data of each event, by the plainest means. */
export function eventsOf(stream: Buffer | string): { name: string; data: string }[] {
  return stream
    .toString()
    .replaceAll('\r\n', '\n')
    .split('\n\n')
    .map((block) => {
      const lines = block.split('\n')
      const name = lines.find((line) => line.startsWith('event: '))?.slice(7) ?? ''
      const data = lines.filter((line) => line.startsWith('data: ')).map((line) => line.slice(6))
      return { name, data: data.join('\n') }
    })
    .filter(({ data }) => data !== '')
}

/** The data of each event. */
export function dataOf(stream: Buffer): string[] {
  return eventsOf(stream).map(({ data }) => data)
}
