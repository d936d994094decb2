import { parseUsdPerMillion } from '../../base/money.ts'
import { CHAT } from '../../providers/doors.ts'
import type { Endpoint, Model } from '../../providers/model.ts'
import type { Provider } from '../../providers/provider.ts'
import type { CredentialChoice } from '../attempt.ts'
import { createHealth } from '../health.ts'
import type { PlanInput } from '../plan.ts'

/** A provider that differs from an ordinary one only in what the test names. For tests only. */
export function sampleProvider(id: string, changes: Partial<Provider> = {}): Provider {
  return {
    id,
    name: id.toUpperCase(),
    formats: { 'openai-chat': CHAT },
    baseUrl: `https://${id}.test/v1`,
    auth: { header: 'authorization', prefix: 'Bearer ' },
    env: [],
    keyPrefixes: [],
    dialect: {
      outputLimit: 'both',
      streamUsage: 'request',
      drop: [],
      reasoningOutside: false,
      keepsRoutingFields: false,
    },
    billing: 'computed',
    free: false,
    honoursOutputLimit: true,
    check: { method: 'GET', path: '/models' },
    attribution: false,
    discovers: false,
    docs: [],
    privacyPolicyUrl: null,
    termsOfServiceUrl: null,
    statusPageUrl: null,
    ...changes,
  }
}

const dialect = sampleProvider('x').dialect

/** openai, groq, azure; openrouter, which chooses by itself; local, which needs no credential and costs nothing. */
export const PROVIDERS: ReadonlyMap<string, Provider> = new Map(
  [
    sampleProvider('openai'),
    sampleProvider('groq'),
    sampleProvider('azure'),
    sampleProvider('openrouter', { dialect: { ...dialect, keepsRoutingFields: true }, billing: 'reported' }),
    sampleProvider('local', { auth: undefined, free: true }),
  ].map((provider) => [provider.id, provider]),
)

/** An endpoint of `model` at `provider` for so many dollars per million tokens in and out; null: no price. */
export function sampleEndpoint(provider: string, usd: string | null = '1', changes: Partial<Endpoint> = {}): Endpoint {
  const price = usd === null ? undefined : parseUsdPerMillion(usd)
  return {
    id: `${provider}:m`,
    modelId: 'author/m',
    provider,
    nativeId: 'm',
    contextLength: 1_000,
    maxOutputTokens: null,
    prices: price === undefined ? undefined : { items: { input: price, output: price }, tiers: [], version: 'test' },
    supportedParameters: ['max_tokens', 'temperature', 'tools'],
    partTokensMax: { image: 0, file: 0, audio: 0 },
    ...changes,
  }
}

export function sampleModel(id: string, endpoints: readonly Endpoint[]): Model {
  return {
    id,
    canonicalSlug: id,
    name: id,
    description: '',
    created: 0,
    contextLength: null,
    inputModalities: ['text'],
    outputModalities: ['text'],
    supportedParameters: [],
    knowledgeCutoff: null,
    endpoints: endpoints.map((endpoint) => ({ ...endpoint, id: `${endpoint.provider}:${id}`, modelId: id })),
  }
}

/** A credential `<provider>-<reach>`, or of another id. */
export function sampleCredential(
  provider: string,
  reach: CredentialChoice['reach'] = 'own',
  changes: Partial<CredentialChoice> = {},
): CredentialChoice {
  return {
    id: `${provider}-${reach}`,
    provider,
    reach,
    priority: 0,
    baseUrl: `https://${provider}.test/v1`,
    allowPrivate: false,
    ...changes,
  }
}

/** A clock that stands still until the test moves it. */
export function stillClock() {
  let at = 1_000_000
  return {
    now: () => at,
    monotonic: () => at,
    advance: (ms: number) => {
      at += ms
    },
  }
}

/** A plan's input that allows everything, with a credential of its own for each provider. */
export function sampleInput(models: readonly Model[], changes: Partial<PlanInput> = {}): PlanInput {
  return {
    models,
    format: 'openai-chat',
    credentials: ['openai', 'groq', 'azure', 'openrouter'].map((provider) => sampleCredential(provider)),
    provider: (id) => PROVIDERS.get(id),
    policy: { models: null, reaches: ['own', 'shared', 'house'] },
    routing: undefined,
    fields: new Set(['model', 'messages']),
    health: createHealth({ clock: stillClock(), random: () => 0.5 }),
    prices: 'needed',
    promptTokensMin: 0,
    outputTokensMax: undefined,
    attemptsMax: 6,
    ...changes,
  }
}
