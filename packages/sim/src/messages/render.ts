import type { Dialect } from '../dialect.ts'
import type { Identifiers } from '../identifiers.ts'
import type { Json, JsonObject } from '../json.ts'
import type { SimulatedModel } from '../models.ts'
import { splitTokens, type TokenCounts } from '../tokens.ts'
import type { Turn, TurnChoice } from '../turn.ts'
import type { MessagesDoor } from './door.ts'
import type { MessagesRequest } from './request.ts'

/** Everything that a message is rendered from. */
export type MessageRendering = {
  dialect: Dialect
  door: MessagesDoor
  request: MessagesRequest
  model: SimulatedModel
  turn: Turn
  ids: Identifiers
  /** Replaces the usage: `null` leaves it out, a value stands as it is. */
  usageOverride: Json | undefined
}

const STOP_REASONS: Record<TurnChoice['finish'], string> = {
  stop: 'end_turn',
  length: 'max_tokens',
  tool_calls: 'tool_use',
}

/** A turn as one JSON message. */
export function renderMessage(rendering: MessageRendering): JsonObject {
  const { turn } = rendering
  return {
    ...head(rendering),
    content: blocksOf(rendering).map(({ whole }) => whole),
    stop_reason: STOP_REASONS[turn.choices[0]?.finish ?? 'stop'],
    stop_sequence: null,
    usage: usageOf(rendering, 'whole'),
  }
}

/** A turn as the events of a stream, the last of which is `message_stop`. */
export function renderEvents(rendering: MessageRendering): JsonObject[] {
  const { turn } = rendering
  const message = { ...head(rendering), content: [], stop_reason: null, stop_sequence: null }
  const events: JsonObject[] = [{ type: 'message_start', message: { ...message, usage: usageOf(rendering, 'start') } }]
  for (const [index, { start, deltas }] of blocksOf(rendering).entries()) {
    events.push({ type: 'content_block_start', index, content_block: start })
    if (index === 0) events.push({ type: 'ping' })
    for (const delta of deltas) events.push({ type: 'content_block_delta', index, delta })
    events.push({ type: 'content_block_stop', index })
  }
  const delta = { stop_reason: STOP_REASONS[turn.choices[0]?.finish ?? 'stop'], stop_sequence: null }
  events.push({ type: 'message_delta', delta, usage: usageOf(rendering, 'whole') })
  events.push({ type: 'message_stop' })
  return events
}

function head({ door, model, turn, ids }: MessageRendering): JsonObject {
  const id = door.answerId(ids)
  return { id, type: 'message', role: 'assistant', model: turn.model, ...door.messageFields(model) }
}

type Block = { whole: JsonObject; start: JsonObject; deltas: JsonObject[] }

function blocksOf({ turn, ids, request }: MessageRendering): Block[] {
  const choice = turn.choices[0]
  if (choice === undefined) return []
  const blocks: Block[] = []
  if (choice.reasoning.length > 0) blocks.push(thinkingBlock(choice.reasoning, ids))
  if (request.searches) blocks.push(...searchBlocks(ids))
  if (choice.text.length > 0) blocks.push(textBlock(choice.text))
  for (const call of choice.toolCalls) {
    const id = call.id.replace(/^call_/u, 'toolu_')
    const tool = { type: 'tool_use', id, name: call.name }
    blocks.push({
      whole: { ...tool, input: JSON.parse(call.pieces.join('')) },
      start: { ...tool, input: {} },
      deltas: ['', ...call.pieces].map((piece) => ({ type: 'input_json_delta', partial_json: piece })),
    })
  }
  return blocks
}

function textBlock(tokens: readonly string[]): Block {
  return {
    whole: { type: 'text', text: tokens.join('') },
    start: { type: 'text', text: '' },
    deltas: tokens.map((text) => ({ type: 'text_delta', text })),
  }
}

function thinkingBlock(tokens: readonly string[], ids: Identifiers): Block {
  const signature = Buffer.from(ids.letters('signature', 48)).toString('base64')
  return {
    whole: { type: 'thinking', thinking: tokens.join(''), signature },
    start: { type: 'thinking', thinking: '', signature: '' },
    deltas: [
      ...tokens.map((thinking) => ({ type: 'thinking_delta', thinking })),
      { type: 'signature_delta', signature },
    ],
  }
}

/** One search, whose result nobody can read. @see https://platform.claude.com/docs/en/agents-and-tools/tool-use/web-search-tool read 2026-11 */
function searchBlocks(ids: Identifiers): Block[] {
  const id = `srvtoolu_01${ids.letters('search', 22)}`
  const use = { type: 'server_tool_use', id, name: 'web_search' }
  const result = {
    type: 'web_search_tool_result',
    tool_use_id: id,
    content: [
      {
        type: 'web_search_result',
        title: 'A simulated page',
        url: 'https://example.com/',
        encrypted_content: ids.letters('page', 40),
        page_age: null,
      },
    ],
  }
  const query = JSON.stringify({ query: 'simulated query' })
  return [
    {
      whole: { ...use, input: { query: 'simulated query' } },
      start: { ...use, input: {} },
      deltas: splitTokens(query).map((piece) => ({ type: 'input_json_delta', partial_json: piece })),
    },
    { whole: result, start: result, deltas: [] },
  ]
}

function usageOf(rendering: MessageRendering, at: 'start' | 'whole'): Json | undefined {
  const { door, turn, model, request, usageOverride } = rendering
  if (usageOverride === null) return undefined
  if (usageOverride !== undefined) return usageOverride
  const { counts } = turn
  const { read, written, input } = cachedOf(counts, request)
  const hour = request.caches === '1h' ? written : 0
  const usage: JsonObject = {
    input_tokens: input,
    cache_creation_input_tokens: written,
    cache_read_input_tokens: read,
    cache_creation: { ephemeral_5m_input_tokens: written - hour, ephemeral_1h_input_tokens: hour },
    output_tokens: at === 'start' ? 1 : counts.completion + counts.reasoning,
    service_tier: 'standard',
  }
  if (at === 'start') return usage
  if (counts.reasoning > 0) usage['output_tokens_details'] = { thinking_tokens: counts.reasoning }
  if (request.searches) usage['server_tool_use'] = { web_search_requests: 1, web_fetch_requests: 0 }
  return { ...usage, ...door.usageFields(counts, model) }
}

/** Of a marked prompt, what the simulated cache holds is read and half of the rest is written; of any other, nothing. */
function cachedOf(
  { prompt, cached }: TokenCounts,
  { caches }: MessagesRequest,
): { read: number; written: number; input: number } {
  if (caches === undefined) return { read: 0, written: 0, input: prompt }
  const written = Math.floor((prompt - cached) / 2)
  return { read: cached, written, input: prompt - cached - written }
}
