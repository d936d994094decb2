/** Events in one streamed answer, the closing usage event and [DONE] included. */
export const STREAM_EVENTS = 200

/** Events of a streamed answer that carry text: all but the finish, the usage and [DONE]. */
export const TEXT_EVENTS = STREAM_EVENTS - 3

/** Milliseconds between two events of a paced stream: a model that writes 200 tokens a second. */
export const PACE_MS = 5

/**
 * What the mock does with a request, chosen by the model's name:
 * `bench` streams as fast as the reader takes it, one event per write; `bench-paced` waits PACE_MS between events;
 * `bench-idle` sends one event and then nothing until the reader leaves.
 */
export const MODELS = ['bench', 'bench-paced', 'bench-idle'] as const
export type MockModel = (typeof MODELS)[number]

const USAGE = { prompt_tokens: 12, completion_tokens: TEXT_EVENTS, total_tokens: 12 + TEXT_EVENTS }

/** The whole JSON answer: about 300 bytes. */
export const JSON_REPLY = Buffer.from(
  JSON.stringify({
    id: 'chatcmpl-bench0000000000000001',
    object: 'chat.completion',
    created: 1_750_000_000,
    model: 'bench',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: 'The same short answer, every time.' },
        logprobs: null,
        finish_reason: 'stop',
      },
    ],
    usage: { prompt_tokens: 12, completion_tokens: 8, total_tokens: 20 },
  }),
)

/** The events of the streamed answer, each one write: `data: {...}\n\n`. */
export const STREAM_REPLY: readonly Buffer[] = renderStream()

function renderStream(): Buffer[] {
  const base = {
    id: 'chatcmpl-bench0000000000000001',
    object: 'chat.completion.chunk',
    created: 1_750_000_000,
    model: 'bench',
  }
  const event = (value: unknown) => Buffer.from(`data: ${JSON.stringify(value)}\n\n`)
  const choice = (delta: object, finish: string | null) => ({ index: 0, delta, logprobs: null, finish_reason: finish })
  const events: Buffer[] = []
  for (let i = 0; i < TEXT_EVENTS; i++) {
    const delta = i === 0 ? { role: 'assistant', content: 'word ' } : { content: 'word ' }
    events.push(event({ ...base, choices: [choice(delta, null)] }))
  }
  events.push(event({ ...base, choices: [choice({}, 'stop')] }))
  events.push(event({ ...base, choices: [], usage: USAGE }))
  events.push(Buffer.from('data: [DONE]\n\n'))
  return events
}

/** The body that the load sends, for a model by the name it has at that gateway. */
export function requestBody(model: string, reply: 'json' | 'stream'): Buffer {
  return Buffer.from(
    JSON.stringify({
      model,
      ...(reply === 'stream' ? { stream: true } : {}),
      max_tokens: 256,
      messages: [
        { role: 'system', content: 'You answer with the same short words, every time.' },
        {
          role: 'user',
          content: 'Which words do you answer with, when somebody asks you which words you answer with?',
        },
      ],
    }),
  )
}
