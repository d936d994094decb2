// Writes packages/server/src/providers/catalogue-data.json from @pydantic/genai-prices. Run it by hand after an update of
// that package (`node scripts/catalogue.ts`), read the difference, and commit it: prices change by review, not by install.
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import {
  type ConditionalPrice,
  findProvider,
  type MatchLogic,
  type ModelInfo,
  type ModelPrice,
} from '@pydantic/genai-prices'
import { parseDecimal } from '../packages/server/src/base/money.ts'
import type { UsageItem } from '../packages/server/src/base/usage-line.ts'
import type { Bundled, BundledEndpoint, DatedPrices } from '../packages/server/src/providers/bundled.ts'

/** Which of the package's providers becomes which of ours. */
const PROVIDERS: Readonly<Record<string, string>> = {
  openai: 'openai',
  anthropic: 'anthropic',
  google: 'google',
  groq: 'groq',
  cerebras: 'cerebras',
  mistral: 'mistral',
  'x-ai': 'xai',
  deepseek: 'deepseek',
  together: 'together',
  fireworks: 'fireworks',
  perplexity: 'perplexity',
  openrouter: 'openrouter',
}

/** The package's price keys: our item, and the decimal places between US dollars per its unit and nano-dollars per million. */
const ITEMS: Readonly<Record<string, { item: UsageItem; scale: number }>> = {
  input_mtok: { item: 'input', scale: 9 },
  cache_read_mtok: { item: 'input.cache-read', scale: 9 },
  cache_write_mtok: { item: 'input.cache-write', scale: 9 },
  cache_write_1h_mtok: { item: 'input.cache-write-1h', scale: 9 },
  input_image_mtok: { item: 'input.image', scale: 9 },
  input_audio_mtok: { item: 'input.audio', scale: 9 },
  output_mtok: { item: 'output', scale: 9 },
  output_reasoning_mtok: { item: 'output.reasoning', scale: 9 },
  output_image_mtok: { item: 'output.image', scale: 9 },
  output_audio_mtok: { item: 'output.audio', scale: 9 },
  requests_kcount: { item: 'call', scale: 12 },
  web_searches_kcount: { item: 'tool.web-search', scale: 12 },
}

/** Prices of things that a chat completion cannot use, or whose use is not reported apart. */
const IGNORED = new Set(['storage_searches_kcount', 'cache_audio_read_mtok', 'cache_image_read_mtok'])

/** Models that do not answer chat completions: other kinds, and the families of before 2023. */
const NO_CHAT =
  /embed|tts|whisper|transcribe|realtime|-live|live-|moderation|ocr|voice|multi-agent|^gpt-image|^(?:ada|babbage|curie|davinci|text-)|turbo-instruct|computer-use/

/**
 * Ids that the package has for other reasons than that the provider takes them in chat completions: gone from service, served by the Responses API alone (OpenAI's pro, codex and
 * deep-research models), other hosts' names, or families instead of models.
 */
const GONE: Readonly<Record<string, RegExp>> = {
  openai:
    /^(?:ft:|gpt-oss|gpt-3\.5-0301|gpt-3\.5-turbo-(?:0613|16k)|gpt-4-(?:32k|vision)|gpt-4\.5|o1-(?:mini|preview)|gpt-5(?:\.4)?-image|gpt-5\.3$)|:extended|\.ft-|-pro$|codex|deep-research/,
  anthropic: /^claude-(?:2|v1|3-)/,
  google:
    /^(?:claude|gemini-(?:1\.|2\.0|pro|flash-1)|gemma|gemini-2\.5-flash-preview|gemini-3-pro-preview|gemini-omni)/,
  groq: /^(?:llama2|llama3-|llama-3\.2|llama-3\.1-(?:405b|70b)|gemma-7b|mixtral|llama-3\.3-70b-specdec|llama-guard-3)/,
  mistral:
    /:free|^(?:mistral-(?:tiny|medium-2312|7b|saba|nemo|large$)|mistral-small-(?:24b|3\.)|mixtral|pixtral|voxtral-mini|magistral|devstral-small|ministral-[38]b$|codestral$)/,
  deepseek: /^deepseek-v3/,
  together: /^(?!meta-llama\/(?:Llama-[34]|Meta-Llama-3)|mistralai\/.*Instruct-v0\.[23])/,
  perplexity: /^(?:llama|r1|sonar-pro-search|sonar-reasoning$)/,
  openrouter: /^[^/]*$|:(?!free)|^(?:openrouter|switchpoint)\//,
}

/** Snapshots and siblings that a provider takes at the same price, which the package only has as a pattern. */
const SNAPSHOTS: Readonly<Record<string, readonly string[]>> = {
  'claude-opus-4-0': ['claude-opus-4-20250514'],
  'claude-sonnet-4-0': ['claude-sonnet-4-20250514'],
  'claude-opus-4-1': ['claude-opus-4-1-20250805'],
  'claude-sonnet-4-5': ['claude-sonnet-4-5-20250929'],
  'claude-haiku-4-5': ['claude-haiku-4-5-20251001'],
  'claude-opus-4-5': ['claude-opus-4-5-20251101'],
  'mistral-medium-3-1': ['mistral-medium-2508'],
}

/** Ids that are the package's own; the provider takes only the snapshots. */
const INVENTED = new Set(['mistral-medium-3-1'])

/** The bundled table as the installed package gives it. */
export function makeBundled(): Bundled {
  const providers: Record<string, Record<string, BundledEndpoint>> = {}
  for (const [theirs, ours] of Object.entries(PROVIDERS)) {
    const provider = findProvider({ providerId: theirs })
    if (provider === undefined) throw new Error(`the package has no provider ${theirs}`)
    const endpoints: Record<string, BundledEndpoint> = {}
    for (const model of provider.models) {
      if (model.deprecated === true || isOther(ours, model)) continue
      for (const nativeId of nativeIds(ours, model)) endpoints[nativeId] = endpointOf(ours, nativeId, model)
    }
    providers[ours] = Object.fromEntries(Object.entries(endpoints).sort(([a], [b]) => (a < b ? -1 : 1)))
  }
  return { source: `@pydantic/genai-prices@${packageVersion()}`, providers }
}

function isOther(provider: string, model: ModelInfo): boolean {
  if (provider !== 'openrouter' && NO_CHAT.test(model.id)) return true
  return GONE[provider]?.test(model.id) ?? false
}

function nativeIds(provider: string, model: ModelInfo): string[] {
  const equal = equals(model.match)
  if (provider === 'fireworks') return equal
  const snapshots = equal.filter(
    (name) => name.startsWith(`${model.id}-`) && !/-(?:chat|high)$|:|codex/.test(name) && provider !== 'openrouter',
  )
  return [...(INVENTED.has(model.id) ? [] : [model.id]), ...snapshots, ...(SNAPSHOTS[model.id] ?? [])]
}

function equals(match: MatchLogic): string[] {
  if ('or' in match) return match.or.flatMap(equals)
  return 'equals' in match ? [match.equals] : []
}

function endpointOf(provider: string, nativeId: string, model: ModelInfo): BundledEndpoint {
  const conditional: ConditionalPrice[] = Array.isArray(model.prices) ? model.prices : [{ prices: model.prices }]
  const known = conditional.every(({ prices }) => Object.keys(prices).every((key) => key in ITEMS || IGNORED.has(key)))
  const free = provider === 'openrouter' && nativeId.endsWith(':free')
  const prices = free ? [{ items: { input: '0', output: '0' } }] : known ? conditional.map(datedPrices) : []
  const priced = prices.every(({ items }) => items.input !== undefined && items.output !== undefined)
  return {
    name: nativeId === model.id || provider === 'fireworks' ? (model.name ?? nativeId) : nativeId,
    ...(model.context_window === undefined ? {} : { context: model.context_window }),
    prices: priced ? prices : [],
  }
}

function datedPrices({ constraint, prices }: ConditionalPrice): DatedPrices {
  const base: Record<string, string> = {}
  const tiers = new Map<number, Record<string, string>>()
  for (const [key, price] of Object.entries(prices)) {
    const known = ITEMS[key]
    if (known === undefined || price === undefined) continue
    base[known.item] = exact(typeof price === 'number' ? price : price.base, known.scale)
    if (typeof price === 'number') continue
    for (const tier of price.tiers) {
      const items = tiers.get(tier.start) ?? {}
      items[known.item] = exact(tier.price, known.scale)
      tiers.set(tier.start, items)
    }
  }
  // Perplexity's price per call includes its searches, which its usage counts all the same.
  // @see https://docs.perplexity.ai/docs/getting-started/pricing
  if (base['call'] !== undefined) base['tool.web-search'] ??= '0'
  const sorted = [...tiers].sort(([a], [b]) => a - b)
  return {
    ...condition(constraint),
    items: base,
    ...(sorted.length === 0 ? {} : { tiers: sorted.map(([above, items]) => ({ above_prompt_tokens: above, items })) }),
  }
}

function condition(constraint: ConditionalPrice['constraint']): Pick<DatedPrices, 'from' | 'hours'> {
  if (constraint === undefined) return {}
  if (constraint.type === 'start_date') return { from: constraint.start_date }
  return { hours: [constraint.start_time.slice(0, 5), constraint.end_time.slice(0, 5)] }
}

/** The package's numbers are floats of decimal texts; the shortest decimal that gives the float is the text again. */
function exact(price: ModelPrice[string] & number, scale: number): string {
  return parseDecimal(String(price), scale, 'ceil').toString()
}

function packageVersion(): string {
  const entry = createRequire(import.meta.url).resolve('@pydantic/genai-prices')
  const { version } = JSON.parse(readFileSync(join(dirname(entry), '..', 'package.json'), 'utf8'))
  return version
}

const FILE = join(import.meta.dirname, '../packages/server/src/providers/catalogue-data.json')

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  writeFileSync(FILE, JSON.stringify(makeBundled(), null, 2))
  execFileSync(join(import.meta.dirname, '../node_modules/.bin/biome'), ['format', '--write', FILE], {
    stdio: 'inherit',
  })
}
