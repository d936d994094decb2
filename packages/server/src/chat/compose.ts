import type { ChatParameters, Preferences } from '@keyway/contract'
import type { Branch } from './branch.ts'
import { composeMessages, type Writing } from './compose-messages.ts'

/** How hard a model is asked to think: OpenRouter takes an object, the others OpenAI's field, and many neither. */
export type EffortField = 'reasoning' | 'reasoning_effort' | undefined

export type Composing = Writing & {
  /** As the person chose it, variant included. */
  model: string
  parameters: ChatParameters
  effort: EffortField
  dataCollection: Preferences['data_collection']
}

/** The body of the request for one answer: OpenAI's chat format with OpenRouter's additions, as every client of ours sends it. */
export function composeRequest(branch: Branch, of: Composing): Uint8Array {
  const { temperature, top_p, max_tokens, reasoning_effort: effort } = of.parameters
  const request = {
    model: of.model,
    messages: composeMessages(branch, of),
    stream: true,
    ...(temperature === undefined ? {} : { temperature }),
    ...(top_p === undefined ? {} : { top_p }),
    ...(max_tokens === undefined ? {} : { max_tokens }),
    ...(effort !== undefined && of.effort === 'reasoning' ? { reasoning: { effort } } : {}),
    ...(effort !== undefined && of.effort === 'reasoning_effort' ? { reasoning_effort: effort } : {}),
    ...routingOf(of.dataCollection),
  }
  return Buffer.from(JSON.stringify(request))
}

/** OpenRouter's `provider` object, which our own router obeys as well. */
export function routingOf(dataCollection: Preferences['data_collection']): { provider?: { data_collection: 'deny' } } {
  return dataCollection === 'deny' ? { provider: { data_collection: 'deny' } } : {}
}
