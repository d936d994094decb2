import { readdirSync, readFileSync } from 'node:fs'
import type { Dialect } from '../codec.ts'

/** For tests: the exchanges of fixtures/openai-responses. */
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
  /** Events that the client gets. */
  events?: number
  /** What the request asks for beside tokens. */
  features?: string[]
  /** Encrypted reasoning that must reach the client as it came. */
  sealed?: string
  /** Members of the provider's usage that must reach the client. */
  keeps?: string[]
}

export type Exchange = { name: string; request: Buffer; reply: Buffer; streamed: boolean; expected: Expectation }

const FOLDER = new URL('../../../../../fixtures/openai-responses/', import.meta.url)

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

/** Name and data of each event, by the plainest means. */
export function eventsOf(stream: string): { name: string | undefined; data: string }[] {
  return stream
    .split('\n\n')
    .filter((block) => block !== '')
    .map((block) => {
      const lines = block.split('\n')
      const of = (field: string) =>
        lines.filter((line) => line.startsWith(`${field}: `)).map((line) => line.slice(field.length + 2))
      return { name: of('event')[0], data: of('data').join('\n') }
    })
}
