import type { SimulatedModel } from './models.ts'

/** A model of the simulated OpenRouter. Prices are samples, in dollars a token as the wire writes them. */
export type CatalogueModel = SimulatedModel & {
  name: string
  /** The display name of the provider that serves it. */
  provider: string
  promptPrice: string
  completionPrice: string
  cacheReadPrice: string | undefined
  images: boolean
}

type Row = [
  id: string,
  provider: string,
  contextLength: number,
  promptPrice: string,
  completionPrice: string,
  marks: string,
]

// Marks: r thinks first, i takes images, c has a price for cached input (a tenth of the prompt's).
const ROWS: Row[] = [
  ['openai/gpt-5.4', 'OpenAI', 1_050_000, '0.0000025', '0.000015', 'ric'],
  ['openai/gpt-5', 'OpenAI', 400_000, '0.00000125', '0.00001', 'ric'],
  ['openai/gpt-5-mini', 'OpenAI', 400_000, '0.00000025', '0.000002', 'ric'],
  ['openai/gpt-5-nano', 'OpenAI', 400_000, '0.00000005', '0.0000004', 'ric'],
  ['openai/gpt-4.1', 'OpenAI', 1_047_576, '0.000002', '0.000008', 'ic'],
  ['openai/gpt-4.1-mini', 'OpenAI', 1_047_576, '0.0000004', '0.0000016', 'ic'],
  ['openai/gpt-4o', 'OpenAI', 128_000, '0.0000025', '0.00001', 'ic'],
  ['openai/gpt-4o-mini', 'OpenAI', 128_000, '0.00000015', '0.0000006', 'ic'],
  ['openai/o3', 'OpenAI', 200_000, '0.000002', '0.000008', 'ric'],
  ['openai/o4-mini', 'OpenAI', 200_000, '0.0000011', '0.0000044', 'ric'],
  ['openai/gpt-oss-120b', 'Groq', 131_072, '0.00000015', '0.0000006', 'r'],
  ['openai/gpt-oss-20b', 'Groq', 131_072, '0.000000075', '0.0000003', 'r'],
  ['anthropic/claude-opus-5.5', 'Anthropic', 1_000_000, '0.000004', '0.00002', 'ic'],
  ['anthropic/claude-opus-5', 'Anthropic', 1_000_000, '0.000005', '0.000025', 'ic'],
  ['anthropic/claude-sonnet-5', 'Anthropic', 1_000_000, '0.000002', '0.00001', 'ic'],
  ['anthropic/claude-sonnet-4.5', 'Anthropic', 200_000, '0.000003', '0.000015', 'ic'],
  ['anthropic/claude-haiku-4.5', 'Anthropic', 200_000, '0.000001', '0.000005', 'ic'],
  ['google/gemini-3-pro-preview', 'Google AI Studio', 1_048_576, '0.000002', '0.000012', 'ric'],
  ['google/gemini-2.5-pro', 'Google AI Studio', 1_048_576, '0.00000125', '0.00001', 'ric'],
  ['google/gemini-2.5-flash', 'Google AI Studio', 1_048_576, '0.0000003', '0.0000025', 'ic'],
  ['google/gemini-2.5-flash-lite', 'Google AI Studio', 1_048_576, '0.0000001', '0.0000004', 'ic'],
  ['meta-llama/llama-3.3-70b-instruct', 'Groq', 131_072, '0.00000059', '0.00000079', ''],
  ['meta-llama/llama-3.1-8b-instruct', 'Groq', 131_072, '0.00000005', '0.00000008', ''],
  ['meta-llama/llama-3.3-70b-instruct:free', 'Cerebras', 65_536, '0', '0', ''],
  ['qwen/qwen3-235b-a22b-2507', 'DeepInfra', 262_144, '0.00000009', '0.0000006', ''],
  ['mistralai/mistral-large', 'Mistral', 131_072, '0.000002', '0.000006', ''],
  ['mistralai/mistral-medium', 'Mistral', 131_072, '0.0000004', '0.000002', 'i'],
  ['mistralai/mistral-small', 'Mistral', 131_072, '0.0000001', '0.0000003', 'i'],
  ['mistralai/codestral', 'Mistral', 256_000, '0.0000003', '0.0000009', ''],
  ['x-ai/grok-4.5', 'xAI', 500_000, '0.000002', '0.000006', 'ric'],
  ['x-ai/grok-4', 'xAI', 256_000, '0.000003', '0.000015', 'ric'],
  ['x-ai/grok-3-mini', 'xAI', 131_072, '0.0000003', '0.0000005', 'rc'],
  ['deepseek/deepseek-chat', 'DeepSeek', 128_000, '0.00000027', '0.0000011', 'c'],
  ['deepseek/deepseek-r1', 'Together', 163_840, '0.00000055', '0.00000219', 'r'],
  ['deepseek/deepseek-v3.2', 'Fireworks', 163_840, '0.00000056', '0.00000168', ''],
  ['perplexity/sonar', 'Perplexity', 127_072, '0.000001', '0.000001', ''],
  ['perplexity/sonar-pro', 'Perplexity', 200_000, '0.000003', '0.000015', ''],
]

/** The simulated OpenRouter's models: those of the other simulated providers and a few more. */
export const CATALOGUE: readonly CatalogueModel[] = ROWS.map(toModel)

function toModel([id, provider, contextLength, promptPrice, completionPrice, marks]: Row): CatalogueModel {
  return {
    id,
    provider,
    contextLength,
    promptPrice,
    completionPrice,
    name: `${provider}: ${id.split('/')[1] ?? id} (simulated)`,
    reasoning: marks.includes('r'),
    images: marks.includes('i'),
    cacheReadPrice: marks.includes('c') ? tenthOf(promptPrice) : undefined,
  }
}

/** A tenth of a decimal below one, by moving the point: '0.000002' becomes '0.0000002'. */
function tenthOf(price: string): string {
  return price.replace('0.', '0.0')
}

/**
 * A decimal price in dollars as whole quadrillionths (10^-15) of a dollar, exactly.
 * @example femtoDollars('0.00000125') // 1250000000n
 */
export function femtoDollars(price: string): bigint {
  const [whole = '0', fraction = ''] = price.split('.')
  return BigInt(whole + fraction.padEnd(15, '0').slice(0, 15))
}
