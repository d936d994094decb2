import type { PricedUsage, UsageReading } from '../codec.ts'
import type { Fields } from '../json-fields.ts'
import type { UsageFields } from '../openai-usage.ts'

/** Members that we write ourselves; a provider's others pass as they stand. */
const OWN = new Set([
  'input_tokens',
  'input_tokens_details',
  'output_tokens',
  'output_tokens_details',
  'total_tokens',
  'cost',
  'is_byok',
  'cost_details',
])
const OWN_INPUT = new Set(['cached_tokens', 'cache_write_tokens'])
const OWN_OUTPUT = new Set(['reasoning_tokens'])
const OWN_COST = new Set(['upstream_inference_cost', 'upstream_inference_input_cost', 'upstream_inference_output_cost'])

/**
 * The usage object that the client sees: OpenAI's members, OpenRouter's costs, then the provider's own that neither has
 * a name for. The details are always there, and the costs are numbers: clients insist.
 * @returns JSON, one character for each byte
 * @see https://openrouter.ai/docs/api_reference/responses/overview (usage; read 2026-11-24)
 */
export function writeUsage(usage: UsageFields, reading: UsageReading, priced: PricedUsage): string {
  const { tokensPrompt, tokensCompletion, tokensReasoning, tokensCached, tokensCacheWrite } = reading
  const input = `"cached_tokens":${tokensCached},"cache_write_tokens":${tokensCacheWrite}${others(usage.prompt, OWN_INPUT)}`
  const output = `"reasoning_tokens":${tokensReasoning}${others(usage.completion, OWN_OUTPUT)}`
  const costs = `"upstream_inference_cost":0,"upstream_inference_input_cost":${priced.promptCost},"upstream_inference_output_cost":${priced.completionCost}`
  return (
    `{"input_tokens":${tokensPrompt},"input_tokens_details":{${input}}` +
    `,"output_tokens":${tokensCompletion},"output_tokens_details":{${output}}` +
    `,"total_tokens":${tokensPrompt + tokensCompletion},"cost":${priced.cost},"is_byok":false` +
    `,"cost_details":{${costs}${others(usage.cost, OWN_COST)}}${others(usage.all, OWN)}}`
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
