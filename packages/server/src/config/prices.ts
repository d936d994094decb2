import { z } from 'zod'
import { usdSchema } from './amount.ts'
import type { DeepReadonly } from './deep-readonly.ts'

const price = (what: string) => usdSchema.optional().describe(`US dollars per million ${what}.`)

/** What can have a price, by the names that stand in receipts. */
const items = {
  input: price('input tokens'),
  'input.cache-read': price('input tokens read from a cache'),
  'input.cache-write': price('input tokens written to a cache'),
  'input.cache-write-1h': price('input tokens written to a cache for an hour'),
  'input.image': price('images sent'),
  'input.audio': price('audio tokens sent'),
  output: price('output tokens'),
  'output.reasoning': price('reasoning tokens; where they are billed as output, leave it out'),
  'output.image': price('image tokens made'),
  'output.audio': price('audio tokens made'),
  call: price('calls'),
  'tool.web-search': price('web searches'),
}

/**
 * The operator's own price of one model (`openai/gpt-4o`, wherever it is served) or of one endpoint
 * (`openai:gpt-4o`, that is `<provider>:<native id>`). It replaces the bundled prices as a whole.
 */
export const priceSchema = z.strictObject({
  ...items,
  tiers: z
    .array(
      z.strictObject({
        above_prompt_tokens: z.int().positive().describe('The prompt length, in tokens, above which these hold.'),
        ...items,
      }),
    )
    .max(8)
    .optional()
    .describe('Prices that hold above a prompt length, shortest first.'),
})

/** @see {@link priceSchema} */
export type PriceSetting = DeepReadonly<z.output<typeof priceSchema>>
