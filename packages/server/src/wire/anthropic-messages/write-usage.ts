import { MemberSplicer, readMembers, type Splice, spliceText } from '../../base/json-splice.ts'
import type { PricedUsage, UsageReading } from '../codec.ts'
import { PRICED, USAGE_NAMES } from './usage.ts'

/**
 * The usage that the client sees: the provider's as it stands, with the charge behind it as OpenRouter writes it.
 * @param raw the provider's object, one character for each byte; undefined when it sent none
 * @see https://openrouter.ai/docs/api/api-reference/anthropic-messages/create-messages (usage; read 2026-11-29)
 */
export function writeUsage(raw: string | undefined, reading: UsageReading, priced: PricedUsage): string {
  const details = `"upstream_inference_cost":0,"upstream_inference_prompt_cost":${priced.promptCost},"upstream_inference_completions_cost":${priced.completionCost}`
  const { tokensPrompt, tokensCached, tokensCacheWrite, tokensCompletion } = reading
  const plain = `{"input_tokens":${tokensPrompt - tokensCached - tokensCacheWrite},"output_tokens":${tokensCompletion}}`
  return edit(raw ?? plain, `"cost":${priced.cost},"is_byok":false,"cost_details":{${details}}`)
}

/** The provider's usage without its charge. */
export function unpricedUsage(raw: string): string {
  return edit(raw, '')
}

function edit(raw: string, added: string): string {
  const bytes = Buffer.from(raw, 'latin1')
  const splices: Splice[] = []
  const splicer = new MemberSplicer(splices, raw.indexOf('{') + 1)
  for (const { name, nameStart, valueEnd } of readMembers(bytes, USAGE_NAMES)) {
    if (PRICED.has(name)) {
      splicer.remove(nameStart, valueEnd)
    } else {
      splicer.keep(nameStart)
      splicer.kept(valueEnd)
    }
  }
  splicer.close(added)
  return spliceText(raw, 0, splices)
}
