import { answerText } from './answer.ts'
import { type ChatRequest, lastMessage, lastUserText, type Tool } from './chat-request.ts'
import type { Identifiers } from './identifiers.ts'
import { sampleOf } from './json-sample.ts'
import type { SimulatedModel } from './models.ts'
import {
  countCachedTokens,
  countPromptTokens,
  countTokens,
  splitArguments,
  splitTokens,
  type TokenCounts,
} from './tokens.ts'

/** A function call of the model. Its name is one token, each piece of its arguments another. */
export type ToolCall = { id: string; name: string; pieces: string[] }

/** One answer of a turn, as tokens. */
export type TurnChoice = {
  index: number
  reasoning: string[]
  text: string[]
  toolCalls: ToolCall[]
  finish: 'stop' | 'length' | 'tool_calls'
}

/** What the simulated model says: every dialect renders the same turn in its provider's form. */
export type Turn = { model: string; choices: TurnChoice[]; counts: TokenCounts }

/** What bends a turn: faults of the model rather than of the wire. */
export type TurnBend = { ignoresLimit: boolean; empty: boolean }

/** Answers a request. Pure: the same request, model and identifiers give the same turn. */
export function takeTurn(
  request: ChatRequest,
  model: SimulatedModel,
  parts: { ids: Identifiers; bend: TurnBend },
): Turn {
  const choices = Array.from({ length: request.choices }, (_, index) => takeChoice(request, model, { index, ...parts }))
  const prompt = countPromptTokens(request.messages)
  const counts: TokenCounts = { prompt, cached: countCachedTokens(prompt), completion: 0, reasoning: 0 }
  for (const choice of choices) {
    counts.reasoning += choice.reasoning.length
    counts.completion += choice.text.length
    for (const call of choice.toolCalls) counts.completion += 1 + call.pieces.length
  }
  return { model: model.id, choices, counts }
}

function takeChoice(
  request: ChatRequest,
  model: SimulatedModel,
  parts: { index: number; ids: Identifiers; bend: TurnBend },
): TurnChoice {
  const choice: TurnChoice = { index: parts.index, reasoning: [], text: [], toolCalls: [], finish: 'stop' }
  if (parts.bend.empty) return choice
  const limit = parts.bend.ignoresLimit ? undefined : request.outputTokensMax
  let left = limit ?? Number.POSITIVE_INFINITY

  if (model.reasoning) {
    const thought = splitTokens(`Simulated reasoning about ${countTokens(lastUserText(request))} words.`)
    choice.reasoning = thought.slice(0, left)
    left -= choice.reasoning.length
  }
  const called = chooseTools(request)
  if (called.length > 0) {
    choice.finish = 'tool_calls'
    for (const [position, tool] of called.entries()) {
      // A cut call would be no JSON, so a call that does not fit is left out and the limit is the reason.
      const pieces = splitArguments(JSON.stringify(sampleOf(tool.parameters)))
      if (left < pieces.length + 1) return { ...choice, finish: 'length' }
      left -= pieces.length + 1
      choice.toolCalls.push({
        id: `call_${parts.ids.letters(`tool${parts.index}.${position}`, 24)}`,
        name: tool.name,
        pieces,
      })
    }
    return choice
  }
  const tokens = splitTokens(cutAtStop(answerText(request, model, parts.index), request.stops))
  choice.text = tokens.slice(0, left)
  if (choice.text.length < tokens.length) choice.finish = 'length'
  return choice
}

/** The tools to call: those that must be, or those that the user's text names ("tool" alone names the first). */
function chooseTools(request: ChatRequest): Tool[] {
  const { tools, toolChoice } = request
  if (toolChoice.kind === 'none' || tools.length === 0) return []
  if (toolChoice.kind === 'function') return tools.filter((tool) => tool.name === toolChoice.name)
  // After a tool's result the model answers in words.
  if (lastMessage(request)?.role === 'tool') return []
  const text = lastUserText(request).toLowerCase()
  const named = tools.filter((tool) => text.includes(tool.name.toLowerCase()))
  if (named.length > 0) return request.body['parallel_tool_calls'] === false ? named.slice(0, 1) : named
  return toolChoice.kind === 'required' || /\b(tools?|functions?)\b/u.test(text) ? tools.slice(0, 1) : []
}

function cutAtStop(text: string, stops: readonly string[]): string {
  let end = text.length
  for (const stop of stops) {
    const at = text.indexOf(stop)
    if (at >= 0) end = Math.min(end, at)
  }
  return text.slice(0, end)
}
