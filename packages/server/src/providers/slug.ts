/** Turns a provider's own id into the slug that the model has everywhere; undefined where there is none. */
type Rule = (nativeId: string) => string | undefined

/** Who made a model, by the name of the organisation on Hugging Face, which most hosts use. */
const AUTHORS: Readonly<Record<string, string>> = {
  'meta-llama': 'meta-llama',
  qwen: 'qwen',
  'deepseek-ai': 'deepseek',
  deepseek: 'deepseek',
  mistralai: 'mistralai',
  google: 'google',
  openai: 'openai',
  microsoft: 'microsoft',
  moonshotai: 'moonshotai',
  'zai-org': 'z-ai',
  minimaxai: 'minimax',
  nvidia: 'nvidia',
  nousresearch: 'nousresearch',
  gryphe: 'gryphe',
  'stepfun-ai': 'stepfun',
  allenai: 'allenai',
}

/** Endings that say how a host serves a model, not which model it is. */
const SERVING = /(?:-(?:turbo|lite|fp8|fp4|nvfp4|bf16|hf|tput|maas|chat-hf))+$/

/** Models whose slug does not follow from their id, by the id in lower case without its author and serving endings. */
const NAMED: Readonly<Record<string, string>> = {
  'llama-4-scout-17b-16e-instruct': 'llama-4-scout',
  'llama-4-maverick-17b-128e-instruct': 'llama-4-maverick',
  'deepseek-v3': 'deepseek-chat',
  'deepseek-v3-0324': 'deepseek-chat-v3-0324',
  'deepseek-v3.1': 'deepseek-chat-v3.1',
  'kimi-k2-instruct': 'kimi-k2',
  'kimi-k2-instruct-0905': 'kimi-k2-0905',
  'qwen3-235b-a22b-instruct-2507': 'qwen3-235b-a22b-2507',
  'qwen3-coder-480b-a35b-instruct': 'qwen3-coder',
}

/** 'meta-llama/Llama-3.3-70B-Instruct-Turbo' -> 'meta-llama/llama-3.3-70b-instruct' */
function fromHuggingFace(nativeId: string): string | undefined {
  const [organisation, name, more] = nativeId.toLowerCase().split('/')
  const author = organisation === undefined ? undefined : AUTHORS[organisation]
  if (author === undefined || name === undefined || name === '' || more !== undefined) return undefined
  const plain = name
    .replace(SERVING, '')
    .replace(/^meta-(?=llama)/, '')
    .replace(/^qwen2\.5-(?!vl)/, 'qwen-2.5-')
    .replace(/^(llama-3)-(\d+b)$/, '$1-$2-instruct')
  return `${author}/${NAMED[plain] ?? plain}`
}

/** 'claude-opus-4-5' -> 'anthropic/claude-opus-4.5'; a snapshot keeps its date: 'claude-opus-4-5-20251101'. */
function fromAnthropic(nativeId: string): string {
  const versioned = nativeId.replace(/^(claude-[a-z]+-\d)-(\d)(?=$|-)/, '$1.$2')
  return `anthropic/${versioned.replace(/^(claude-[a-z]+-\d)\.0$/, '$1')}`
}

/** 'grok-4-1-fast-reasoning' -> 'x-ai/grok-4.1-fast' */
function fromXai(nativeId: string): string {
  const named = nativeId === 'grok-4-0709' ? 'grok-4' : nativeId
  return `x-ai/${named.replace(/^grok-4-1-/, 'grok-4.1-').replace(/(?<!non)-reasoning$/, '')}`
}

/** 'accounts/fireworks/models/kimi-k2p5' -> 'moonshotai/kimi-k2.5'; routers and others' models have no slug. */
function fromFireworks(nativeId: string): string | undefined {
  const name = /^accounts\/fireworks\/models\/([^/]+)$/.exec(nativeId)?.[1]
  if (name === undefined) return undefined
  const plain = name
    .replace(/(?<=\d)p(?=\d)/g, '.')
    .replace(/^llama-v/, 'llama-')
    .replace(SERVING, '')
  if (plain === 'llama4-maverick-instruct-basic') return 'meta-llama/llama-4-maverick'
  const family = FAMILIES.find(([beginning]) => plain.startsWith(beginning))
  return family === undefined ? undefined : `${family[1]}/${NAMED[plain] ?? plain}`
}

/** Families by how their models' names begin, for hosts that do not name the author. */
const FAMILIES: readonly (readonly [string, string])[] = [
  ['deepseek-', 'deepseek'],
  ['glm-', 'z-ai'],
  ['kimi-', 'moonshotai'],
  ['minimax-', 'minimax'],
  ['qwen', 'qwen'],
  ['llama-', 'meta-llama'],
  ['gpt-oss-', 'openai'],
  ['gemma-', 'google'],
  ['nemotron-', 'nvidia'],
]

const GROQ: Readonly<Record<string, string>> = {
  'llama-3.3-70b-versatile': 'meta-llama/llama-3.3-70b-instruct',
  'llama-3.1-8b-instant': 'meta-llama/llama-3.1-8b-instruct',
  'deepseek-r1-distill-llama-70b': 'deepseek/deepseek-r1-distill-llama-70b',
  'gemma2-9b-it': 'google/gemma-2-9b-it',
  'mistral-saba-24b': 'mistralai/mistral-saba',
}

const CEREBRAS: Readonly<Record<string, string>> = {
  'gpt-oss-120b': 'openai/gpt-oss-120b',
  'gemma-4-31b': 'google/gemma-4-31b-it',
  'llama-3.3-70b': 'meta-llama/llama-3.3-70b-instruct',
  'llama3.1-8b': 'meta-llama/llama-3.1-8b-instruct',
  'qwen-3-32b': 'qwen/qwen3-32b',
  'zai-glm-4.7': 'z-ai/glm-4.7',
}

/** Google lists its models as `models/gemini-...` and takes them without. */
const fromGoogle: Rule = (nativeId) => `google/${nativeId.replace(/^models\//, '')}`

const RULES: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ['openai', (nativeId) => `openai/${nativeId}`],
  ['anthropic', fromAnthropic],
  ['google', fromGoogle],
  ['groq', (nativeId) => GROQ[nativeId] ?? fromHuggingFace(nativeId)],
  ['cerebras', (nativeId) => CEREBRAS[nativeId]],
  ['deepinfra', fromHuggingFace],
  ['mistral', (nativeId) => `mistralai/${nativeId === 'mistral-medium-2508' ? 'mistral-medium-3.1' : nativeId}`],
  ['xai', fromXai],
  ['deepseek', (nativeId) => `deepseek/${nativeId}`],
  ['together', fromHuggingFace],
  ['fireworks', fromFireworks],
  ['perplexity', (nativeId) => `perplexity/${nativeId}`],
  ['openrouter', (nativeId) => (nativeId.includes('/') ? nativeId : undefined)],
])

/**
 * The id under which a provider's model appears. A model that several providers serve gets one id, so that it has several
 * endpoints; one that no rule maps appears under the provider's name, its own id verbatim.
 *
 *     modelIdOf('groq', 'llama-3.3-70b-versatile') // 'meta-llama/llama-3.3-70b-instruct'
 *     modelIdOf('ollama', 'llama3:8b')             // 'ollama/llama3:8b'
 *
 * The slugs are OpenRouter's. @see https://openrouter.ai/models (as listed by @pydantic/genai-prices 0.1.8)
 */
export function modelIdOf(provider: string, nativeId: string): string {
  return RULES.get(provider)?.(nativeId) ?? `${provider}/${nativeId}`
}
