import type { PricedUsage, UsageReading } from '../codec.ts'
import { count, type Fields } from '../json-fields.ts'
import type { UsageFields } from '../openai-usage.ts'

/** Members that we write ourselves; a provider's others pass as they stand. */
const OWN = new Set([
  'prompt_tokens',
  'completion_tokens',
  'total_tokens',
  'cost',
  'is_byok',
  'prompt_tokens_details',
  'completion_tokens_details',
  'cost_details',
])
const OWN_PROMPT = new Set(['cached_tokens', 'cache_write_tokens', 'audio_tokens'])
const OWN_COMPLETION = new Set(['reasoning_tokens'])
const OWN_COST = new Set([
  'upstream_inference_cost',
  'upstream_inference_prompt_cost',
  'upstream_inference_completions_cost',
])

/**
 * The usage object that the client sees, in OpenRouter's form, followed by the provider's own members that it has no name for.
 * The details always hold `cached_tokens` and `reasoning_tokens`, and the costs are numbers: its SDKs insist.
 * @returns JSON, one character for each byte
 */
export function writeUsage(usage: UsageFields, reading: UsageReading, priced: PricedUsage): string {
  const { tokensPrompt, tokensCompletion, tokensReasoning, tokensCached, tokensCacheWrite } = reading
  const audio = count(usage.prompt, 'audio_tokens') ?? 0
  const promptDetails = `"cached_tokens":${tokensCached},"cache_write_tokens":${tokensCacheWrite},"audio_tokens":${audio}`
  const completionDetails = `"reasoning_tokens":${tokensReasoning}`
  const costDetails = `"upstream_inference_cost":0,"upstream_inference_prompt_cost":${priced.promptCost},"upstream_inference_completions_cost":${priced.completionCost}`
  const tokens = `"prompt_tokens":${tokensPrompt},"completion_tokens":${tokensCompletion},"total_tokens":${tokensPrompt + tokensCompletion}`
  return (
    `{${tokens},"cost":${priced.cost},"is_byok":false` +
    `,"prompt_tokens_details":{${promptDetails}${others(usage.prompt, OWN_PROMPT)}}` +
    `,"cost_details":{${costDetails}${others(usage.cost, OWN_COST)}}` +
    `,"completion_tokens_details":{${completionDetails}${others(usage.completion, OWN_COMPLETION)}}${others(usage.all, OWN)}}`
  )
}

/** The provider's members that we do not write, each behind a comma. */
function others(fields: Fields, own: ReadonlySet<string>): string {
  let text = ''
  for (const [name, raw] of fields) {
    if (!own.has(name)) text += `,${Buffer.from(JSON.stringify(name)).toString('latin1')}:${raw}`
  }
  return text
}
