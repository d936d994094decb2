/** What is known of a family of models beside its price. */
export type ModelFacts = {
  /** Tokens; null: unknown, and an answer is bounded by the context alone. */
  maxOutputTokens: number | null
  inputModalities: readonly string[]
  outputModalities: readonly string[]
  /** It thinks before it answers, and takes the parameters for that. */
  reasoning: boolean
}

const TEXT: readonly string[] = ['text']
const IMAGE: readonly string[] = ['text', 'image']
const IMAGE_FILE: readonly string[] = ['text', 'image', 'file']
const EVERYTHING: readonly string[] = ['text', 'image', 'file', 'audio', 'video']
const AUDIO: readonly string[] = ['text', 'audio']

const facts = (
  inputModalities: readonly string[],
  { out = null, thinks = false, makes = TEXT }: { out?: number | null; thinks?: boolean; makes?: readonly string[] },
): ModelFacts => ({ maxOutputTokens: out, inputModalities, outputModalities: makes, reasoning: thinks })

/**
 * The first pattern that fits an id decides. Where the families of a pattern differ, the longest answer stands, since it
 * bounds holds.
 *
 * @see https://developers.openai.com/api/docs/models
 * @see https://platform.claude.com/docs/en/about-claude/models/overview
 * @see https://ai.google.dev/gemini-api/docs/models
 * @see https://docs.x.ai/docs/models
 */
const FACTS: readonly (readonly [RegExp, ModelFacts])[] = [
  [/^openai\/gpt-(?:4o-(?:mini-)?)?audio/, facts(AUDIO, { out: 16_384, makes: AUDIO })],
  [/^openai\/gpt-oss/, facts(TEXT, { out: 131_072, thinks: true })],
  [/^openai\/(?:gpt-4o|chatgpt-4o)/, facts(IMAGE_FILE, { out: 16_384 })],
  [/^openai\/gpt-4\.1/, facts(IMAGE_FILE, { out: 32_768 })],
  [/^openai\/gpt-4-turbo/, facts(IMAGE, { out: 4096 })],
  [/^openai\/gpt-4(?:-|$)/, facts(TEXT, { out: 8192 })],
  [/^openai\/gpt-3\.5/, facts(TEXT, { out: 4096 })],
  [/^openai\/o3-mini/, facts(TEXT, { out: 100_000, thinks: true })],
  [/^openai\/o\d/, facts(IMAGE_FILE, { out: 100_000, thinks: true })],
  [/^openai\/gpt-[5-9]/, facts(IMAGE_FILE, { out: 128_000, thinks: true })],
  [/^anthropic\/claude-opus-4(?:\.1)?(?:-|$)/, facts(IMAGE_FILE, { out: 32_000, thinks: true })],
  [
    /^anthropic\/claude-(?:sonnet-4|haiku-4\.5|opus-4\.5)(?:\.5)?(?:-|$)/,
    facts(IMAGE_FILE, { out: 64_000, thinks: true }),
  ],
  [/^anthropic\//, facts(IMAGE_FILE, { out: 128_000, thinks: true })],
  [/^google\/gemini-.*image/, facts(IMAGE, { out: 65_536, makes: IMAGE })],
  [/^google\/gemini/, facts(EVERYTHING, { out: 65_536, thinks: true })],
  [/^google\/gemma-[3-9]/, facts(IMAGE, {})],
  [/^x-ai\/grok-(?:code|build|3)/, facts(TEXT, { thinks: true })],
  [/^x-ai\//, facts(IMAGE, { thinks: true })],
  [/^meta-llama\/llama-4/, facts(IMAGE, {})],
  [/^mistralai\/(?:mistral-(?:medium|small|large)|ministral)/, facts(IMAGE, {})],
  [/^mistralai\/voxtral/, facts(AUDIO, {})],
  [/^deepseek\/deepseek-(?:r1|reasoner|v4|v3\.2)/, facts(TEXT, { thinks: true })],
  [/^(?:z-ai|moonshotai|qwen|minimax)\//, facts(TEXT, { thinks: true })],
  [/^perplexity\//, facts(IMAGE, {})],
]

const UNKNOWN: ModelFacts = facts(TEXT, {})

/** What is known of a model by its id: 'openai/gpt-4o' -> at most 16,384 output tokens, takes text, images and files. */
export function factsOf(modelId: string): ModelFacts {
  return FACTS.find(([pattern]) => pattern.test(modelId))?.[1] ?? UNKNOWN
}
