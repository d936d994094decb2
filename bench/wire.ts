// What the codec costs, in microseconds of one thread: node bench/wire.ts
import { performance } from 'node:perf_hooks'
import { anthropicMessages } from '../packages/server/src/wire/anthropic-messages/index.ts'
import type { Codec, ReplyContext, RequestEdits } from '../packages/server/src/wire/codec.ts'
import { openaiChat } from '../packages/server/src/wire/openai-chat/index.ts'
import { openaiResponses } from '../packages/server/src/wire/openai-responses/index.ts'

/** Each figure is the fastest of this many rounds (and, behind it, their median), after as many to warm up. */
const ROUNDS = 15
/** Milliseconds that a round should take, so that the timer's grain does not show. */
const ROUND_MS = 40

const edits: RequestEdits = {
  model: 'gpt-4o-mini-2024-07-18',
  dialect: {
    outputLimit: 'max_completion_tokens',
    streamUsage: 'request',
    drop: [],
    reasoningOutside: false,
    keepsRoutingFields: false,
  },
  outputTokensMax: undefined,
  maxPrice: undefined,
}
const context: ReplyContext = {
  id: 'gen-1790000000-abcdefghij0123456789',
  model: 'openai/gpt-4o-mini',
  provider: 'OpenAI',
  dialect: edits.dialect,
  price: () => ({ cost: '0.00015', promptCost: '0.0001', completionCost: '0.00005' }),
}

function measure(name: string, units: number, work: () => void): void {
  let times = 1
  for (let took = 0; took < ROUND_MS; times *= 2) {
    const start = performance.now()
    for (let i = 0; i < times; i++) work()
    took = performance.now() - start
  }
  const rounds: number[] = []
  for (let round = 0; round < ROUNDS * 2; round++) {
    const start = performance.now()
    for (let i = 0; i < times; i++) work()
    if (round >= ROUNDS) rounds.push(((performance.now() - start) * 1000) / times / units)
  }
  rounds.sort((a, b) => a - b)
  const [fastest = 0] = rounds
  const median = rounds[ROUNDS >> 1] ?? 0
  console.log(`${name.padEnd(56)} ${fastest.toFixed(2).padStart(10)} us ${median.toFixed(2).padStart(10)} us`)
}

function request(content: unknown): Buffer {
  const tool = (name: string) => ({
    type: 'function',
    function: { name, parameters: { type: 'object', properties: { city: { type: 'string' } } } },
  })
  return Buffer.from(
    JSON.stringify({
      model: 'openai/gpt-4o-mini',
      messages: [
        { role: 'system', content: 'You are a helpful assistant.\nAnswer "briefly".' },
        { role: 'user', content },
      ],
      temperature: 0.7,
      max_tokens: 256,
      stream: true,
      tools: [tool('get_weather'), tool('get_time')],
      provider: { sort: 'price' },
      user: 'u-1',
    }),
  )
}

const prose = 'The quick brown fox "jumps" over the lazy dog,\nagain and again.\n'
const bodies: [string, Buffer][] = [
  ['1 KB', request(prose.repeat(6))],
  ['100 KB of text', request(prose.repeat(1500))],
  [
    '5 MB with an image',
    request([
      { type: 'text', text: 'What is this?' },
      { type: 'image_url', image_url: { url: `data:image/png;base64,${'iVBORw0KGgo'.repeat(450_000)}` } },
    ]),
  ],
]
for (const [name, body] of bodies) {
  measure(`peek + patch, ${name} (${body.length} B)`, 1, () => {
    openaiChat.peek(body)
    openaiChat.patch(body, edits)
  })
  measure(`  peek alone`, 1, () => openaiChat.peek(body))
  measure(`  JSON.parse + JSON.stringify`, 1, () => JSON.stringify(JSON.parse(body.toString())))
}

const head = {
  id: 'chatcmpl-AbCdEfGhIjKlMnOpQrStUvWxYz',
  object: 'chat.completion.chunk',
  created: 1_790_000_000,
  model: 'gpt-4o-mini-2024-07-18',
  service_tier: 'default',
  system_fingerprint: 'fp_0123456789',
}
const chunk = (delta: object, finish: string | null) =>
  Buffer.from(
    `data: ${JSON.stringify({ ...head, choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }], usage: null })}\n\n`,
  )
const events = [chunk({ role: 'assistant', content: '' }, null)]
for (let i = 0; i < 197; i++) events.push(chunk({ content: ` word${i}` }, null))
events.push(chunk({}, 'stop'))
events.push(
  Buffer.from(
    `data: ${JSON.stringify({ ...head, choices: [], usage: { prompt_tokens: 12, completion_tokens: 199, total_tokens: 211 } })}\n\n`,
  ),
)
events.push(Buffer.from('data: [DONE]\n\n'))
const whole = Buffer.concat(events)
const run = (chunks: readonly Buffer[], codec: Codec = openaiChat) => {
  const editor = codec.stream(context)
  for (const bytes of chunks) editor.push(bytes)
  editor.end()
}
measure(
  `stream, an event of ${chunk({ content: ' word100' }, null).length} B per chunk, per event`,
  events.length,
  () => run(events),
)
measure('stream, all in one chunk, per event', events.length, () => run([whole]))
const halves = events.flatMap((event) => [event.subarray(0, event.length >> 1), event.subarray(event.length >> 1)])
measure('stream, events cut in two, per event', events.length, () => run(halves))
measure('  JSON.parse + JSON.stringify, per event', events.length - 1, () => {
  for (const event of events.slice(0, -1))
    Buffer.from(`data: ${JSON.stringify(JSON.parse(event.toString('utf8', 6)))}\n\n`)
})

/** The same words in the other formats, each event as its provider writes it. */
const named = (type: string, data: object) =>
  Buffer.from(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`)
const words = Array.from({ length: 197 }, (_, index) => ` word${index}`)
const messages = [
  named('message_start', {
    message: {
      id: 'msg_01',
      type: 'message',
      role: 'assistant',
      model: 'claude',
      content: [],
      usage: { input_tokens: 12, output_tokens: 1 },
    },
  }),
  named('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
  ...words.map((text) => named('content_block_delta', { index: 0, delta: { type: 'text_delta', text } })),
  named('content_block_stop', { index: 0 }),
  named('message_delta', { delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: 199 } }),
  named('message_stop', {}),
]
const item = { item_id: 'msg_01', output_index: 0, content_index: 0 }
const response = {
  id: 'resp_01',
  object: 'response',
  status: 'in_progress',
  model: 'gpt-4o-mini',
  output: [],
  usage: null,
}
const responses = [
  named('response.created', { response, sequence_number: 0 }),
  named('response.output_item.added', {
    output_index: 0,
    item: { id: 'msg_01', type: 'message', content: [] },
    sequence_number: 1,
  }),
  ...words.map((delta, index) =>
    named('response.output_text.delta', {
      ...item,
      delta,
      logprobs: [],
      obfuscation: 'xW3',
      sequence_number: index + 2,
    }),
  ),
  named('response.completed', {
    response: { ...response, status: 'completed', usage: { input_tokens: 12, output_tokens: 199, total_tokens: 211 } },
    sequence_number: 199,
  }),
]
for (const [codec, stream] of [
  [anthropicMessages, messages],
  [openaiResponses, responses],
] as const) {
  measure(`stream of ${codec.name}, an event per chunk, per event`, stream.length, () => run(stream, codec))
}

const reply = Buffer.from(
  JSON.stringify({
    ...head,
    object: 'chat.completion',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: 'The same short answer.', refusal: null, annotations: [] },
        logprobs: null,
        finish_reason: 'stop',
      },
    ],
    usage: {
      prompt_tokens: 12,
      completion_tokens: 8,
      total_tokens: 20,
      prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
      completion_tokens_details: { reasoning_tokens: 0 },
    },
  }),
)
measure(`reply, ${reply.length} B`, 1, () => openaiChat.reply(reply, context))
