import type { ChatRequest } from './chat-request.ts'
import type { Dialect } from './dialect.ts'
import { CREATED_UNIX_S, type Identifiers } from './identifiers.ts'
import type { Json, JsonObject } from './json.ts'
import type { SimulatedModel } from './models.ts'
import type { Turn, TurnChoice } from './turn.ts'

/** Everything that a reply is rendered from. */
export type Rendering = {
  dialect: Dialect
  request: ChatRequest
  model: SimulatedModel
  turn: Turn
  /** The answer's id. */
  id: string
  ids: Identifiers
  /** Replaces the usage: `null` leaves it out, a value stands as it is. */
  usageOverride: Json | undefined
}

/** The usage of a reply; undefined when it is left out. */
export function usageOf(rendering: Rendering): Json | undefined {
  const { dialect, turn, model, usageOverride } = rendering
  if (usageOverride === null) return undefined
  return usageOverride ?? dialect.usage(turn.counts, model)
}

/** A turn as the dialect's JSON reply: a `chat.completion`. */
export function renderCompletion(rendering: Rendering): JsonObject {
  const { dialect, turn, model, id, ids } = rendering
  const usage = usageOf(rendering)
  return {
    id,
    object: 'chat.completion',
    created: CREATED_UNIX_S,
    model: turn.model,
    choices: turn.choices.map((choice) => renderChoice(choice, rendering)),
    usage,
    ...dialect.replyFields(turn, { ids, usage, model }),
  }
}

function renderChoice(choice: TurnChoice, { dialect, request, model }: Rendering): JsonObject {
  const finish = dialect.finishReason(choice.finish, model)
  const message: JsonObject = { role: 'assistant', content: choice.toolCalls.length > 0 ? null : choice.text.join('') }
  if (dialect.reasoningField !== undefined && choice.reasoning.length > 0) {
    message[dialect.reasoningField] = choice.reasoning.join('')
  }
  if (choice.toolCalls.length > 0) {
    message['tool_calls'] = choice.toolCalls.map((call) => ({
      id: call.id,
      type: 'function',
      function: { name: call.name, arguments: call.pieces.join('') },
    }))
  }
  return {
    index: choice.index,
    message,
    logprobs: request.logprobs ? { content: choice.text.map(renderLogprob), refusal: null } : null,
    finish_reason: finish,
    ...dialect.choiceFields(finish, model),
  }
}

/** A token's log probability: always the same, for the simulation is sure. */
export function renderLogprob(token: string): JsonObject {
  return { token, logprob: -0.01, bytes: [...Buffer.from(token)], top_logprobs: [] }
}
