import { type Rendering, renderLogprob, usageOf } from './completion.ts'
import type { ChunkPlace } from './dialect.ts'
import { CREATED_UNIX_S } from './identifiers.ts'
import type { Json, JsonObject } from './json.ts'
import type { TurnChoice } from './turn.ts'

type Delta = { index: number; delta: JsonObject; finish: string | null; token: string | undefined; tokens: number }

/** A turn as the dialect's stream: `chat.completion.chunk` objects in their order, one token each. */
export function renderChunks(rendering: Rendering): JsonObject[] {
  const deltas = interleave(rendering.turn.choices.map((choice) => renderDeltas(choice, rendering)))
  const lastEnd = deltas.findLastIndex((delta) => delta.finish !== null)
  let tokens = 0
  const chunks = deltas.map((delta, position) => {
    tokens += delta.tokens
    const place: ChunkPlace = position === lastEnd ? 'last-choice' : position === 0 ? 'first' : 'middle'
    return renderChunk(rendering, { delta, place, tokens })
  })
  if (sendsUsageChunk(rendering)) chunks.push(renderUsageChunk(rendering))
  return chunks
}

function sendsUsageChunk({ dialect, request }: Rendering): boolean {
  switch (dialect.streamUsage) {
    case 'own-chunk':
      return true
    case 'requested':
    case 'requested-or-last-choice':
      return request.includeUsage
    default:
      return false
  }
}

function renderChunk(rendering: Rendering, at: { delta: Delta; place: ChunkPlace; tokens: number }): JsonObject {
  const { dialect, request, model } = rendering
  const { delta, place } = at
  const finish: JsonObject = delta.finish === null && dialect.omitsNullFinish ? {} : { finish_reason: delta.finish }
  const choice: JsonObject = { index: delta.index, delta: delta.delta, logprobs: null, ...finish }
  if (request.logprobs && delta.token !== undefined) {
    choice['logprobs'] = { content: [renderLogprob(delta.token)], refusal: null }
  }
  return {
    ...head(rendering),
    choices: [{ ...choice, ...dialect.choiceFields(delta.finish, model) }],
    ...usageField(rendering, at),
    ...ownFields(rendering, place),
  }
}

function usageField(rendering: Rendering, at: { place: ChunkPlace; tokens: number }): { usage?: Json } {
  const { dialect, request, turn, model } = rendering
  const usage = usageOf(rendering)
  const { streamUsage } = dialect
  if (streamUsage === 'every-chunk' && request.includeUsage) {
    if (usage === undefined) return {}
    if (at.place === 'last-choice' || rendering.usageOverride !== undefined) return { usage }
    const reasoning = Math.min(turn.counts.reasoning, at.tokens)
    return { usage: dialect.usage({ ...turn.counts, reasoning, completion: at.tokens - reasoning }, model) }
  }
  const onLast = streamUsage === 'last-choice' || (streamUsage === 'requested-or-last-choice' && !request.includeUsage)
  if (onLast && at.place === 'last-choice' && usage !== undefined) return { usage }
  const isNull = dialect.nullUsage === 'always' || (dialect.nullUsage === 'requested' && request.includeUsage)
  return isNull ? { usage: null } : {}
}

function renderUsageChunk(rendering: Rendering): JsonObject {
  return { ...head(rendering), choices: [], usage: usageOf(rendering), ...ownFields(rendering, 'usage') }
}

function head({ id, turn }: Rendering): JsonObject {
  return {
    id,
    object: 'chat.completion.chunk',
    created: CREATED_UNIX_S,
    model: turn.model,
  }
}

function ownFields(rendering: Rendering, place: ChunkPlace): JsonObject {
  const { dialect, ids, model } = rendering
  return dialect.chunkFields(place, { ids, model, usage: usageOf(rendering) })
}

function renderDeltas(choice: TurnChoice, { dialect, model }: Rendering): Delta[] {
  const { index } = choice
  const deltas: Delta[] = []
  const add = (delta: JsonObject, tokens: number, token?: string): void => {
    deltas.push({ index, delta, finish: null, token, tokens })
  }
  const { reasoningField } = dialect
  // A provider that hides the thinking sends nothing while it thinks; the tokens count from the start.
  add({ role: 'assistant', content: '' }, reasoningField === undefined ? choice.reasoning.length : 0)
  if (reasoningField !== undefined) for (const token of choice.reasoning) add({ [reasoningField]: token }, 1)
  for (const token of choice.text) add({ content: token }, 1, token)
  for (const [position, call] of choice.toolCalls.entries()) {
    const whole = dialect.wholeToolCalls ? call.pieces : []
    const fn = { name: call.name, arguments: whole.join('') }
    const numbered: JsonObject = dialect.unnumberedToolCalls ? {} : { index: position }
    add({ tool_calls: [{ ...numbered, id: call.id, type: 'function', function: fn }] }, 1 + whole.length)
    if (dialect.wholeToolCalls) continue
    for (const piece of call.pieces) add({ tool_calls: [{ ...numbered, function: { arguments: piece } }] }, 1)
  }
  deltas.push({ index, delta: {}, finish: dialect.finishReason(choice.finish, model), token: undefined, tokens: 0 })
  return deltas
}

/** Answers of one call grow side by side. */
function interleave(lists: Delta[][]): Delta[] {
  const longest = Math.max(...lists.map((list) => list.length))
  const all: Delta[] = []
  for (let position = 0; position < longest; position += 1) {
    for (const list of lists) {
      const delta = list[position]
      if (delta !== undefined) all.push(delta)
    }
  }
  return all
}
