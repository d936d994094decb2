import { describe, expect, it } from 'vitest'
import { Cancellation } from '../base/cancellation.ts'
import { KeywayError } from '../base/errors.ts'
import { openaiChat } from '../wire/openai-chat/index.ts'
import { CLIENT_GONE, type Sink } from './call.ts'
import { carry } from './carry.ts'

const DIALECT = {
  outputLimit: 'both',
  streamUsage: 'ignored',
  drop: [],
  reasoningOutside: false,
  keepsRoutingFields: false,
} as const

const chunk = (content: string, finish: string | null = null) =>
  `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta: { content }, finish_reason: finish }] })}\n\n`
const ERROR = `data: ${JSON.stringify({ error: { code: 502, message: 'Incorrect API key provided: sk-proj-abcdef123456' } })}\n\n`

/** Carries the chunks that come after the first event, and tells what the client got and what happened in which order. */
async function carryAll(chunks: readonly string[], of: { cancellation?: Cancellation; sink?: Partial<Sink> } = {}) {
  const cancellation = of.cancellation ?? new Cancellation()
  const editor = openaiChat.stream({
    id: 'gen-1-x',
    model: 'a/b',
    provider: 'Sim',
    dialect: DIALECT,
    price: () => ({ cost: '0', promptCost: '0', completionCost: '0' }),
  })
  const story: string[] = []
  const [head = '', ...rest] = chunks
  const body = (async function* () {
    for (const text of rest) yield Buffer.from(text)
  })()
  const sink: Sink = {
    write: (bytes) => {
      story.push(Buffer.from(bytes).toString())
      return true
    },
    drained: async () => undefined,
    ...of.sink,
  }
  const ending = await carry(
    {
      editor,
      body,
      blank: (error) => error,
      destroy: () => story.push('destroyed'),
      first: editor.push(Buffer.from(head)),
    },
    sink,
    {
      signal: cancellation,
      passed: () => undefined,
      complete: () => story.push('complete'),
      errorEvent: (error) => Buffer.from(`error: ${error.code}\n`),
      provider: 'Sim',
    },
  )
  return { ending, story, text: story.join('') }
}

describe('carry', () => {
  it('writes what came of the answer before the error that came in the same chunk', async () => {
    const { ending, text } = await carryAll([chunk('one'), chunk('two') + chunk('three') + ERROR])
    expect(text).toMatch(/one[\s\S]*two[\s\S]*three[\s\S]*error: stream_broken\ndestroyed$/)
    expect(text).not.toContain('[DONE]')
    expect(ending.outcome).toBe('broken')
  })

  it('does so too when the error came with the first event', async () => {
    const { ending, text } = await carryAll([chunk('one') + ERROR])
    expect(text).toMatch(/one[\s\S]*error: stream_broken\ndestroyed$/)
    expect(ending.outcome).toBe('broken')
  })

  it('does not repeat what looks like a key in the words of a provider', async () => {
    const { ending } = await carryAll([chunk('one'), ERROR])
    expect(JSON.stringify([ending.error?.message, ending.error?.metadata])).not.toContain('sk-proj')
  })

  it('ends a stream that was cut with an error event, never with a clean end', async () => {
    const { ending, text } = await carryAll([chunk('one'), chunk('two').slice(0, 40)])
    expect(text).toMatch(/one[\s\S]*error: stream_broken\ndestroyed$/)
    expect(ending.error?.code).toBe('stream_broken')
  })

  it('settles before the last bytes go out', async () => {
    const { ending, story } = await carryAll([chunk('one'), `${chunk('', 'stop')}data: [DONE]\n\n`])
    expect(ending.outcome).toBe('complete')
    expect(story.indexOf('complete')).toBeLessThan(story.findIndex((text) => text.includes('[DONE]')))
    expect(story.at(-1)).toBe('destroyed')
  })

  it('says nothing more to a client that has left', async () => {
    const cancellation = new Cancellation()
    const sink = {
      write: () => {
        cancellation.abort(CLIENT_GONE)
        return false
      },
      drained: () => Promise.reject(CLIENT_GONE),
    }
    const { ending, story } = await carryAll([chunk('one'), chunk('two')], { cancellation, sink })
    expect(ending).toEqual({ outcome: 'cancelled', error: undefined })
    expect(story).toEqual(['destroyed'])
  })

  it('tells the client when we end the call', async () => {
    const cancellation = new Cancellation()
    const sink: Partial<Sink> = {
      drained: async () => cancellation.abort(new KeywayError('key_revoked', 'The key was revoked.')),
    }
    const written: string[] = []
    sink.write = (bytes) => {
      written.push(Buffer.from(bytes).toString())
      return false
    }
    const { ending } = await carryAll([chunk('one'), chunk('two'), chunk('three')], { cancellation, sink })
    expect(written.at(-1)).toBe('error: key_revoked\n')
    expect(ending.error?.code).toBe('key_revoked')
  })
})
