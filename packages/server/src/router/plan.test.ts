import fc from 'fast-check'
import { expect, test } from 'vitest'
import { KeywayError } from '../base/errors.ts'
import type { CredentialChoice, Plan } from './attempt.ts'
import { createHealth } from './health.ts'
import { plan } from './plan.ts'
import {
  sampleCredential,
  sampleEndpoint,
  sampleInput,
  sampleModel,
  sampleProvider,
  stillClock,
} from './testing/sample.ts'

const model = sampleModel('author/m', [
  sampleEndpoint('openrouter', '1'),
  sampleEndpoint('azure', '3'),
  sampleEndpoint('openai', '1'),
  sampleEndpoint('groq', '2'),
])

const providersOf = ({ attempts }: Plan) => attempts.map(({ provider }) => provider.id)
const credentialsOf = ({ attempts }: Plan) => attempts.map(({ credential }) => credential?.id)
const rulesOf = ({ removed }: Plan) =>
  Object.fromEntries(removed.map(({ endpoint, rule }) => [endpoint.split(':')[0], rule]))
const routed = (routing: Record<string, unknown>, changes = {}) => plan(sampleInput([model], { routing, ...changes }))

function refusal(act: () => unknown): KeywayError {
  try {
    act()
  } catch (error) {
    if (error instanceof KeywayError) return error
    throw error
  }
  throw new Error('expected a refusal')
}

test('a model that the key may not use is 403', () => {
  const error = refusal(() =>
    plan(sampleInput([model], { policy: { models: ['other/*', 'author/mm'], reaches: ['own'] } })),
  )
  expect(error).toMatchObject({ code: 'model_not_allowed', status: 403 })
  expect(error.metadata['removed']).toHaveLength(4)
})

test('without any credential it is 404, and the fix names a provider', () => {
  const error = refusal(() => plan(sampleInput([model], { credentials: [] })))
  expect(error).toMatchObject({
    code: 'no_endpoints',
    status: 404,
    fix: expect.stringContaining('keyway providers add openrouter'),
  })
  expect(error.metadata['availability']).toMatchObject({
    code: 'no_endpoints',
    requested_models: ['author/m'],
    excluded_by: [],
  })
})

test('a format that no provider with a credential speaks is 404, and says which providers there are', () => {
  const error = refusal(() => plan(sampleInput([model], { format: 'anthropic-messages' })))
  expect(error).toMatchObject({
    code: 'format_not_served',
    status: 404,
    fix: expect.stringContaining('/chat/completions'),
  })
  expect(error.message).toContain('groq:author/m (format)')
})

test('a missing credential is what is said where a credential is all that is missing', () => {
  const error = refusal(() => plan(sampleInput([model], { format: 'anthropic-messages', credentials: [] })))
  expect(error).toMatchObject({ code: 'no_endpoints', fix: expect.stringContaining('keyway providers add') })
})

test('only endpoints whose provider speaks the format are tried', () => {
  const CHAT = { path: '/chat/completions' }
  const provider = (id: string) =>
    sampleProvider(id, {
      formats: { 'openai-chat': CHAT, ...(id === 'azure' ? { 'openai-responses': { path: '/responses' } } : {}) },
    })
  const result = plan(sampleInput([model], { format: 'openai-responses', provider }))
  expect(providersOf(result)).toEqual(['azure'])
  expect(rulesOf(result)).toEqual({ openai: 'format', groq: 'format', openrouter: 'format' })
})

test('a prompt that fits no context is 400, even where other endpoints lack a credential', () => {
  const credentials = [sampleCredential('openai')]
  const small = sampleModel('author/m', [
    sampleEndpoint('openai'),
    sampleEndpoint('groq', '1', { contextLength: null }),
  ])
  const error = refusal(() => plan(sampleInput([small], { promptTokensMin: 1_001, credentials })))
  expect(error).toMatchObject({ code: 'context_length_exceeded', status: 400 })
  expect(plan(sampleInput([small], { promptTokensMin: 1_000, credentials })).attempts).toHaveLength(1)
})

test('an endpoint without a price is 403 where prices are needed, and last where they are not', () => {
  const unpriced = sampleModel('author/m', [sampleEndpoint('openai', null)])
  expect(refusal(() => plan(sampleInput([unpriced])))).toMatchObject({ code: 'price_unknown', status: 403 })
  const both = sampleModel('author/m', [sampleEndpoint('openai', null), sampleEndpoint('azure', '9')])
  expect(providersOf(plan(sampleInput([both], { prices: 'optional' })))).toEqual(['azure', 'openai'])
  expect(
    plan(sampleInput([sampleModel('local/m', [sampleEndpoint('local', null)])])).attempts[0]?.credential,
  ).toBeUndefined()
})

test('rules that leave nothing are 404 and named in OpenRouter\u2019s words', () => {
  const error = refusal(() => routed({ max_price: { prompt: 0.5 } }, { credentials: [sampleCredential('openai')] }))
  expect(error).toMatchObject({ code: 'no_endpoints', status: 404 })
  expect(error.metadata['availability']).toMatchObject({
    code: 'constraint_filtered',
    excluded_by: expect.arrayContaining(['max_price']),
  })
  expect(error.message).toContain('openai:author/m (max_price)')
})

test('cheapest first, direct before by way of OpenRouter at the same price', () => {
  const result = plan(sampleInput([model]))
  expect(providersOf(result)).toEqual(['openai', 'openrouter', 'groq', 'azure'])
  expect(result.strategy).toBe('price')
})

test('what fails comes last, and a credential that was refused after its sisters', () => {
  const clock = stillClock()
  const health = createHealth({ clock, random: () => 0.5 })
  for (let i = 0; i < 20; i++)
    health.report({ provider: 'openai', credentialId: 'openai-own', model: 'author/m' }, { outcome: 'failure' })
  expect(providersOf(plan(sampleInput([model], { health })))).toEqual(['openrouter', 'groq', 'azure', 'openai'])
  health.report({ provider: 'groq', credentialId: 'a', model: 'author/m' }, { outcome: 'credential' })
  const credentials = [
    sampleCredential('groq', 'own', { id: 'a' }),
    sampleCredential('groq', 'own', { id: 'b', priority: 5 }),
  ]
  expect(credentialsOf(plan(sampleInput([model], { health, credentials })))).toEqual(['b', 'a'])
})

test('order decides, then the rest follow by price unless fallbacks are forbidden', () => {
  expect(providersOf(routed({ order: ['azure', 'GROQ'] }))).toEqual(['azure', 'groq', 'openai', 'openrouter'])
  const strict = routed({ order: ['Azure', 'groq'], allow_fallbacks: false })
  expect(providersOf(strict)).toEqual(['azure', 'groq', 'openrouter'])
  expect(rulesOf(strict)).toEqual({ openai: 'order_only' })
})

test('without an order, forbidden fallbacks leave one endpoint of each model, with all its credentials', () => {
  const other = sampleModel('author/n', [sampleEndpoint('groq'), sampleEndpoint('azure')])
  const credentials = ['openai', 'groq', 'azure'].flatMap((provider) => [
    sampleCredential(provider),
    sampleCredential(provider, 'own', { id: `${provider}-second`, priority: 1 }),
  ])
  const result = plan(sampleInput([model, other], { routing: { allow_fallbacks: false }, credentials }))
  expect(credentialsOf(result)).toEqual(['openai-own', 'openai-second', 'groq-own', 'groq-second'])
})

test('only and ignore take ids and names in any case, and leave OpenRouter to apply "only" itself', () => {
  const only = routed({ only: ['Groq', 'AZURE'] })
  expect(providersOf(only)).toEqual(['openrouter', 'groq', 'azure'])
  expect(rulesOf(only)).toEqual({ openai: 'allowed_providers' })
  expect(providersOf(routed({ ignore: ['openrouter', 'groq'] }))).toEqual(['openai', 'azure'])
  expect(providersOf(routed({ ignore: ['openai/priority'] }))).toContain('openai')
})

test('max_price takes numbers and strings, per million tokens', () => {
  expect(providersOf(routed({ max_price: { prompt: 2 }, ignore: ['openrouter'] }))).toEqual(['openai', 'groq'])
  expect(providersOf(routed({ max_price: { completion: '1.999' }, ignore: ['openrouter'] }))).toEqual(['openai'])
  expect(rulesOf(routed({ max_price: { prompt: '1e0' } }))).toEqual({ azure: 'max_price', groq: 'max_price' })
})

test('require_parameters: a Responses request\u2019s own fields are no parameters, and its limit is the model\u2019s', () => {
  const takes = (supportedParameters: readonly string[]) =>
    plan(
      sampleInput([sampleModel('a/m', [sampleEndpoint('openai', '1', { supportedParameters })])], {
        fields: new Set(['model', 'input', 'instructions', 'include', 'text', 'store', 'max_output_tokens']),
        routing: { require_parameters: true },
      }),
    )
  expect(takes(['max_tokens']).attempts).toHaveLength(1)
  expect(() => takes(['temperature'])).toThrow('require_parameters')
})

test('required parameters remove, wanted ones only rank', () => {
  const plain = sampleEndpoint('openai', '1', { supportedParameters: ['temperature'] })
  const able = sampleEndpoint('azure', '9', { supportedParameters: ['temperature', 'tools', 'max_completion_tokens'] })
  const models = [sampleModel('author/m', [plain, able])]
  const fields = new Set(['model', 'messages', 'tools', 'max_tokens', 'user'])
  expect(providersOf(plan(sampleInput(models, { fields })))).toEqual(['azure', 'openai'])
  const required = plan(sampleInput(models, { fields, routing: { require_parameters: true } }))
  expect(providersOf(required)).toEqual(['azure'])
  expect(rulesOf(required)).toEqual({ openai: 'require_parameters' })
})

test('endpoints that cannot write so much come after those that can', () => {
  const short = sampleEndpoint('openai', '1', { maxOutputTokens: 100 })
  const models = [sampleModel('author/m', [short, sampleEndpoint('azure', '9', { maxOutputTokens: 200 })])]
  expect(providersOf(plan(sampleInput(models, { outputTokensMax: 150 })))).toEqual(['azure', 'openai'])
  expect(providersOf(plan(sampleInput(models, { outputTokensMax: 100 })))).toEqual(['openai', 'azure'])
})

test('a promise about data that Keyway cannot make leaves only OpenRouter and servers without an account', () => {
  for (const [routing, rule] of [
    [{ zdr: true }, 'data_policy:zdr'],
    [{ data_collection: 'deny' }, 'data_policy:training'],
  ] as const) {
    const result = routed(routing)
    expect(providersOf(result)).toEqual(['openrouter'])
    expect(rulesOf(result)).toEqual({ openai: rule, groq: rule, azure: rule })
  }
  expect(providersOf(routed({ zdr: false, data_collection: 'allow' }))).toHaveLength(4)
})

test('sorting by latency puts the quickest known first', () => {
  const health = createHealth({ clock: stillClock(), random: () => 0.5 })
  const report = (provider: string, latencyMs: number) =>
    health.report({ provider, credentialId: `${provider}-own`, model: 'author/m' }, { outcome: 'success', latencyMs })
  report('azure', 200)
  report('groq', 50)
  const result = routed({ sort: 'latency' }, { health })
  expect(providersOf(result)).toEqual(['groq', 'azure', 'openai', 'openrouter'])
  expect(result.strategy).toBe('latency')
  expect(providersOf(routed({ sort: { by: 'price' } }))).toEqual(['openai', 'openrouter', 'groq', 'azure'])
})

test('models come in the order of the request, unless the partition mixes them', () => {
  const dear = sampleModel('author/dear', [sampleEndpoint('openai', '9')])
  const cheap = sampleModel('author/cheap', [sampleEndpoint('groq', '1')])
  const models = (routing?: Record<string, unknown>) =>
    plan(sampleInput([dear, cheap], { routing })).attempts.map((attempt) => attempt.model.id)
  expect(models()).toEqual(['author/dear', 'author/cheap'])
  expect(models({ sort: { by: 'price', partition: 'none' } })).toEqual(['author/cheap', 'author/dear'])
})

test('a call that begins with an own credential never plans another reach', () => {
  const credentials = [
    sampleCredential('openai', 'house'),
    sampleCredential('openai', 'shared'),
    sampleCredential('groq', 'own'),
    sampleCredential('azure', 'shared'),
  ]
  const result = plan(sampleInput([model], { credentials }))
  expect(credentialsOf(result)).toEqual(['groq-own'])
  expect(rulesOf(result)).toEqual({ openai: 'reach', azure: 'reach', openrouter: 'no_credential' })
  const shared = plan(sampleInput([model], { credentials, policy: { models: null, reaches: ['shared', 'house'] } }))
  expect(credentialsOf(shared)).toEqual(['openai-shared', 'azure-shared'])
})

test('the reach is that of the first model that has any', () => {
  const first = sampleModel('author/a', [sampleEndpoint('openai')])
  const second = sampleModel('author/b', [sampleEndpoint('groq')])
  const credentials = [
    sampleCredential('openai', 'shared'),
    sampleCredential('groq', 'own'),
    sampleCredential('groq', 'shared'),
  ]
  expect(credentialsOf(plan(sampleInput([first, second], { credentials })))).toEqual(['openai-shared', 'groq-shared'])
})

test('several credentials go by priority, and never crowd out the other providers', () => {
  const many = Array.from({ length: 9 }, (_, i) => sampleCredential('openai', 'own', { id: `o${i}`, priority: 9 - i }))
  const result = plan(
    sampleInput([model], { credentials: [...many, sampleCredential('groq'), sampleCredential('azure')] }),
  )
  expect(credentialsOf(result)).toEqual(['o8', 'o7', 'o6', 'groq-own', 'azure-own'])
  const alone = plan(sampleInput([model], { credentials: many }))
  expect(credentialsOf(alone)).toEqual(['o8', 'o7', 'o6', 'o5', 'o4', 'o3'])
  const short = plan(sampleInput([model], { attemptsMax: 2 }))
  expect(rulesOf(short)).toEqual({ groq: 'attempt_limit', azure: 'attempt_limit' })
})

test.each([
  [{ order: 'openai' }, 'provider.order'],
  [{ order: [1] }, 'provider.order'],
  [{ only: {} }, 'provider.only'],
  [{ ignore: 'x' }, 'provider.ignore'],
  [{ allow_fallbacks: 'no' }, 'provider.allow_fallbacks'],
  [{ require_parameters: 1 }, 'provider.require_parameters'],
  [{ sort: 'cheapest' }, 'provider.sort'],
  [{ sort: [] }, 'provider.sort'],
  [{ sort: { by: 'x' } }, 'provider.sort.by'],
  [{ sort: { partition: 'x' } }, 'provider.sort.partition'],
  [{ max_price: 1 }, 'provider.max_price'],
  [{ max_price: { prompt: 'cheap' } }, 'provider.max_price.prompt'],
  [{ max_price: { prompt: -1 } }, 'provider.max_price.prompt'],
  [{ max_price: { request: Number.NaN } }, 'provider.max_price.request'],
  [{ max_price: { image: true } }, 'provider.max_price.image'],
  [{ zdr: 'yes' }, 'provider.zdr'],
  [{ data_collection: 'maybe' }, 'provider.data_collection'],
])('a wrong type is 400 and names the field: %j', (routing, field) => {
  expect(refusal(() => routed(routing))).toMatchObject({ code: 'invalid_request', status: 400, metadata: { field } })
})

test('unknown members and nulls pass; what only OpenRouter can do is noted', () => {
  const result = routed({
    future: { x: 1 },
    order: null,
    sort: null,
    max_price: null,
    zdr: null,
    quantizations: ['fp8'],
  })
  expect(providersOf(result)).toHaveLength(4)
  expect(result.notes).toEqual([expect.stringContaining('provider.quantizations')])
})

test('whatever is asked: every endpoint is planned or removed by a rule, in one reach, within the bound', () => {
  const reach = fc.constantFrom<CredentialChoice['reach']>('own', 'shared', 'house')
  const provider = fc.constantFrom('openai', 'groq', 'azure', 'openrouter', 'local')
  const credential = fc.record({ provider, reach, priority: fc.nat(3) })
  const routing = fc.record(
    {
      order: fc.array(provider),
      only: fc.array(provider, { minLength: 1 }),
      ignore: fc.array(provider),
      allow_fallbacks: fc.boolean(),
      require_parameters: fc.boolean(),
      sort: fc.constantFrom('price', 'latency', 'throughput', { by: 'price', partition: 'none' }),
      max_price: fc.record({ prompt: fc.nat(5) }),
    },
    { requiredKeys: [] },
  )
  const endpoints = fc.uniqueArray(fc.tuple(provider, fc.nat(5)), { selector: ([name]) => name, minLength: 1 })
  fc.assert(
    fc.property(
      fc.array(endpoints, { minLength: 1, maxLength: 3 }),
      fc.array(credential, { maxLength: 8 }),
      routing,
      fc.integer({ min: 1, max: 6 }),
      (models, choices, asked, attemptsMax) => {
        const input = sampleInput(
          models.map((list, i) =>
            sampleModel(
              `author/m${i}`,
              list.map(([name, usd]) => sampleEndpoint(name, String(usd))),
            ),
          ),
          {
            credentials: choices.map((choice, i) =>
              sampleCredential(choice.provider, choice.reach, { ...choice, id: `c${i}` }),
            ),
            routing: asked,
            attemptsMax,
          },
        )
        const all = new Set(input.models.flatMap((one) => one.endpoints.map(({ id }) => id)))
        let result: Plan
        try {
          result = plan(input)
        } catch (error) {
          expect(error).toBeInstanceOf(KeywayError)
          return
        }
        const planned = result.attempts.map(({ endpoint }) => endpoint.id)
        expect(new Set([...planned, ...result.removed.map(({ endpoint }) => endpoint)])).toEqual(all)
        expect(planned.filter((id) => result.removed.some(({ endpoint }) => endpoint === id))).toEqual([])
        expect(new Set(result.attempts.flatMap(({ credential: used }) => used?.reach ?? [])).size).toBeLessThanOrEqual(
          1,
        )
        expect(planned.length).toBeGreaterThan(0)
        expect(planned.length).toBeLessThanOrEqual(attemptsMax)
        for (const { provider: used, credential: with_ } of result.attempts)
          expect(with_?.provider ?? used.id).toBe(used.id)
      },
    ),
    { numRuns: 300 },
  )
})
