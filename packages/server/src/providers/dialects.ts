import type { Dialect } from '../wire/codec.ts'

/** OpenAI's own chat completions: the base that the rows change. */
export const OPENAI_DIALECT: Dialect = {
  outputLimit: 'max_completion_tokens',
  streamUsage: 'request',
  drop: [],
  reasoningOutside: false,
  keepsRoutingFields: false,
}

/** Servers that know only the older name of the output limit. */
export const MAX_TOKENS_DIALECT: Dialect = { ...OPENAI_DIALECT, outputLimit: 'max_tokens' }

/** Servers that take either name. */
export const EITHER_LIMIT_DIALECT: Dialect = { ...OPENAI_DIALECT, outputLimit: 'both' }
