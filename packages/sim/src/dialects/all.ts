import type { Dialect, ProviderName } from '../dialect.ts'
import { anthropic } from './anthropic.ts'
import { cerebras } from './cerebras.ts'
import { custom } from './custom.ts'
import { deepinfra } from './deepinfra.ts'
import { deepseek } from './deepseek.ts'
import { fireworks } from './fireworks.ts'
import { google } from './google.ts'
import { groq } from './groq.ts'
import { mistral } from './mistral.ts'
import { ollama } from './ollama.ts'
import { openai } from './openai.ts'
import { openrouter } from './openrouter.ts'
import { perplexity } from './perplexity.ts'
import { sim } from './sim.ts'
import { together } from './together.ts'
import { xai } from './xai.ts'

/** Every simulated provider's dialect. */
export const DIALECTS: Readonly<Record<ProviderName, Dialect>> = {
  openai,
  anthropic,
  google,
  groq,
  cerebras,
  deepinfra,
  mistral,
  xai,
  deepseek,
  together,
  fireworks,
  perplexity,
  openrouter,
  ollama,
  custom,
  sim,
}
