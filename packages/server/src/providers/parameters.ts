import type { Dialect } from '../wire/codec.ts'

/** OpenRouter's names of what an OpenAI-compatible model takes. */
const USUAL = [
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'max_tokens',
  'max_completion_tokens',
  'temperature',
  'top_p',
  'stop',
  'seed',
  'frequency_penalty',
  'presence_penalty',
  'logit_bias',
  'logprobs',
  'top_logprobs',
  'response_format',
  'structured_outputs',
]

const REASONING = ['reasoning', 'reasoning_effort', 'include_reasoning']

/** The parameters that an endpoint takes: the usual ones less those that its provider refuses. */
export function parametersOf(dialect: Dialect, { reasoning }: { reasoning: boolean }): readonly string[] {
  const taken = USUAL.filter((name) => !dialect.drop.includes(name))
  return reasoning ? [...taken, ...REASONING] : taken
}
