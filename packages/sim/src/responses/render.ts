import type { Dialect } from '../dialect.ts'
import { CREATED_UNIX_S, type Identifiers } from '../identifiers.ts'
import type { Json, JsonObject } from '../json.ts'
import type { SimulatedModel } from '../models.ts'
import type { TokenCounts } from '../tokens.ts'
import type { ToolCall, Turn, TurnChoice } from '../turn.ts'
import type { ResponsesDoor } from './door.ts'
import type { ResponsesRequest } from './request.ts'

/** Everything that a response is rendered from. */
export type ResponseRendering = {
  dialect: Dialect
  door: ResponsesDoor
  request: ResponsesRequest
  model: SimulatedModel
  turn: Turn
  ids: Identifiers
  /** What encrypted reasoning begins with. */
  seal: string
  /** Replaces the usage: `null` leaves it out, a value stands as it is. */
  usageOverride: Json | undefined
}

/** An item of the output, and what a stream says while it grows: each event beside its item's id and place. */
type Growing = { item: JsonObject; begun: JsonObject; events: JsonObject[] }

/** A turn as a whole response. */
export function renderResponse(rendering: ResponseRendering): JsonObject {
  const items = renderItems(rendering).map(({ item }) => item)
  return response(rendering, { ...ending(rendering), output: items, usage: usageOf(rendering) })
}

/** A turn as the events of a response, in their order, numbered from 0. */
export function renderEvents(rendering: ResponseRendering): JsonObject[] {
  const begun = response(rendering, { status: 'in_progress', completed_at: null, output: [], usage: null })
  const events: JsonObject[] = [
    { type: 'response.created', response: begun },
    { type: 'response.in_progress', response: begun },
  ]
  for (const [output_index, { item, begun: first, events: inner }] of renderItems(rendering).entries()) {
    events.push({ type: 'response.output_item.added', output_index, item: first })
    for (const event of inner) events.push({ ...event, item_id: item['id'], output_index })
    events.push({ type: 'response.output_item.done', output_index, item })
  }
  const last = renderResponse(rendering)
  events.push({ type: `response.${String(last['status'])}`, response: last })
  return events.map(({ type, ...rest }, sequence_number) => ({ type, sequence_number, ...rest }))
}

function choiceOf({ turn }: ResponseRendering): TurnChoice {
  return turn.choices[0] ?? { index: 0, reasoning: [], text: [], toolCalls: [], finish: 'stop' }
}

function ending(rendering: ResponseRendering): JsonObject {
  if (choiceOf(rendering).finish !== 'length') return { status: 'completed', completed_at: CREATED_UNIX_S + 1 }
  return { status: 'incomplete', completed_at: null, incomplete_details: { reason: 'max_output_tokens' } }
}

function response({ door, request, turn, ids }: ResponseRendering, own: JsonObject): JsonObject {
  const { body } = request.chat
  return {
    id: door.answerId(ids),
    object: 'response',
    created_at: CREATED_UNIX_S,
    status: own['status'],
    error: null,
    incomplete_details: null,
    instructions: body['instructions'] ?? null,
    max_output_tokens: body['max_output_tokens'] ?? null,
    model: turn.model,
    parallel_tool_calls: body['parallel_tool_calls'] ?? true,
    previous_response_id: null,
    prompt_cache_key: body['prompt_cache_key'] ?? null,
    reasoning: { effort: null, summary: null },
    safety_identifier: null,
    service_tier: 'default',
    store: door.keepsAnswers && body['store'] !== false,
    temperature: 1,
    text: body['text'] ?? { format: { type: 'text' } },
    tool_choice: body['tool_choice'] ?? 'auto',
    tools: body['tools'] ?? [],
    top_logprobs: 0,
    top_p: 1,
    truncation: 'disabled',
    user: null,
    metadata: body['metadata'] ?? {},
    ...door.responseFields,
    ...own,
  }
}

function usageOf({ door, turn, model, usageOverride }: ResponseRendering): Json | undefined {
  if (usageOverride !== undefined) return usageOverride
  const { counts } = turn
  return { ...tokens(counts), ...door.usageFields(counts, model) }
}

function tokens({ prompt, cached, completion, reasoning }: TokenCounts): JsonObject {
  return {
    input_tokens: prompt,
    input_tokens_details: { cached_tokens: cached },
    output_tokens: completion + reasoning,
    output_tokens_details: { reasoning_tokens: reasoning },
    total_tokens: prompt + completion + reasoning,
  }
}

function renderItems(rendering: ResponseRendering): Growing[] {
  const choice = choiceOf(rendering)
  const items: Growing[] = []
  if (choice.reasoning.length > 0) items.push(reasoning(rendering, choice.reasoning))
  if (rendering.request.searches && choice.toolCalls.length === 0) items.push(search(rendering))
  for (const [position, call] of choice.toolCalls.entries()) items.push(toolCall(rendering, call, position))
  if (choice.text.length > 0) items.push(message(rendering, choice))
  return items
}

function reasoning({ request, ids, seal }: ResponseRendering, thought: readonly string[]): Growing {
  const sealed = request.sealsReasoning ? { encrypted_content: `${seal}${ids.letters('sealed', 60)}==` } : {}
  const id = `rs_${ids.letters('reasoning', 48)}`
  const begun = { id, type: 'reasoning', ...sealed, summary: [] }
  if (!request.summarises) return { item: begun, begun, events: [] }
  const text = thought.join('')
  const part = { type: 'summary_text', text }
  const at = { summary_index: 0 }
  const events: JsonObject[] = [
    { type: 'response.reasoning_summary_part.added', ...at, part: { ...part, text: '' } },
    ...thought.map((delta) => ({ type: 'response.reasoning_summary_text.delta', ...at, delta })),
    { type: 'response.reasoning_summary_text.done', ...at, text },
    { type: 'response.reasoning_summary_part.done', ...at, part },
  ]
  return { item: { ...begun, summary: [part] }, begun, events }
}

function search({ ids }: ResponseRendering): Growing {
  const begun = { id: `ws_${ids.letters('search', 48)}`, type: 'web_search_call', status: 'in_progress' }
  const steps = ['in_progress', 'searching', 'completed']
  return {
    item: { ...begun, status: 'completed', action: { type: 'search', query: 'simulated' } },
    begun,
    events: steps.map((step) => ({ type: `response.web_search_call.${step}` })),
  }
}

function toolCall({ request, ids }: ResponseRendering, call: ToolCall, position: number): Growing {
  const custom = request.customTools.has(call.name)
  const whole = call.pieces.join('')
  const field = custom ? 'input' : 'arguments'
  const kind = custom ? 'response.custom_tool_call_input' : 'response.function_call_arguments'
  const begun = {
    id: `${custom ? 'ctc' : 'fc'}_${ids.letters(`item${position}`, 48)}`,
    type: custom ? 'custom_tool_call' : 'function_call',
    status: 'in_progress',
    [field]: '',
    call_id: call.id,
    name: call.name,
  }
  return {
    item: { ...begun, status: 'completed', [field]: whole },
    begun,
    events: [
      ...call.pieces.map((delta) => ({ type: `${kind}.delta`, delta })),
      { type: `${kind}.done`, [field]: whole },
    ],
  }
}

function message({ ids }: ResponseRendering, { text, finish }: TurnChoice): Growing {
  const begun = {
    id: `msg_${ids.letters('message', 48)}`,
    type: 'message',
    status: 'in_progress',
    content: [],
    role: 'assistant',
  }
  const whole = text.join('')
  const part = { type: 'output_text', annotations: [], logprobs: [], text: whole }
  const at = { content_index: 0 }
  return {
    item: { ...begun, status: finish === 'length' ? 'incomplete' : 'completed', content: [part] },
    begun,
    events: [
      { type: 'response.content_part.added', ...at, part: { ...part, text: '' } },
      ...text.map((delta) => ({ type: 'response.output_text.delta', ...at, delta, logprobs: [] })),
      { type: 'response.output_text.done', ...at, text: whole, logprobs: [] },
      { type: 'response.content_part.done', ...at, part },
    ],
  }
}
