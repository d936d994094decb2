import { readdirSync, readFileSync } from 'node:fs'
import type { Dialect } from '../codec.ts'

/** For tests: the exchanges of fixtures/anthropic-messages. */
export type Exchange = { name: string; request: Buffer; reply: Buffer; streamed: boolean; expected: Expectation }

type Expectation = {
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
    written: number
    lines: Record<string, number>
  } | null
  /** Events that the client gets. */
  events?: number
  /** Members of the provider's usage that must reach the client. */
  keeps?: string[]
}

const FOLDER = new URL('../../../../../fixtures/anthropic-messages/', import.meta.url)

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

/** The name and the data of each event, by the plainest means. */
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
