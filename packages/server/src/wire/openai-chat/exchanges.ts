import { readdirSync, readFileSync } from 'node:fs'
import type { Dialect, ReplyContext, RequestEdits } from '../codec.ts'

/** For tests: the exchanges of fixtures/openai-chat, and what surrounds them. */
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
    lines: Record<string, number> | null
  } | null
  /** Data events that the client gets, [DONE] included. */
  events?: number
  /** Members of the provider's usage that must reach the client. */
  keeps?: string[]
}

export type Exchange = { name: string; request: Buffer; reply: Buffer; streamed: boolean; expected: Expectation }

const FOLDER = new URL('../../../../../fixtures/openai-chat/', import.meta.url)

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

export function readExchanges(): Exchange[] {
  return readdirSync(FOLDER).map((name) => {
    const folder = new URL(`${name}/`, FOLDER)
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

/** The data of each event, by the plainest means. */
export function dataOf(stream: Buffer): string[] {
  return stream
    .toString()
    .split('\n\n')
    .map((block) =>
      block
        .split('\n')
        .filter((line) => line.startsWith('data: '))
        .map((line) => line.slice(6))
        .join('\n'),
    )
    .filter((data) => data !== '')
}
