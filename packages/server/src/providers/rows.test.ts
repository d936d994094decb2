import { describe, expect, it } from 'vitest'
import { checkRequest } from './check-request.ts'
import { customProvider, LOCAL_SERVERS } from './custom.ts'
import { recogniseKey } from './recognise.ts'
import { PROVIDER_ROWS } from './rows.ts'

const row = (id: string) => {
  const found = PROVIDER_ROWS.find((provider) => provider.id === id)
  if (found === undefined) throw new Error(`no row ${id}`)
  return found
}

describe('the rows', () => {
  it('are the fourteen providers of the gateway, each once', () => {
    expect(PROVIDER_ROWS.map(({ id }) => id).sort()).toEqual([
      'anthropic',
      'cerebras',
      'deepinfra',
      'deepseek',
      'fireworks',
      'google',
      'groq',
      'mistral',
      'ollama',
      'openai',
      'openrouter',
      'perplexity',
      'together',
      'xai',
    ])
  })

  it.each(PROVIDER_ROWS.map((provider) => [provider.id, provider] as const))(
    '%s is whole: an address, pages it was written from, a key unless it is free',
    (_, provider) => {
      const url = new URL(provider.baseUrl)
      expect(url.protocol === 'https:' || url.hostname === 'localhost').toBe(true)
      expect(provider.baseUrl).not.toMatch(/\/$/)
      expect(provider.docs.length).toBeGreaterThan(0)
      for (const page of provider.docs) expect(new URL(page).protocol).toBe('https:')
      expect(provider.free).toBe(provider.auth === undefined)
      expect(provider.env.length > 0).toBe(provider.auth !== undefined)
      for (const name of provider.env) expect(name).toMatch(/^[A-Z]+(_[A-Z]+)+$/)
    },
  )

  it('claim no environment variable and no key prefix twice', () => {
    for (const all of [
      PROVIDER_ROWS.flatMap(({ env }) => env),
      PROVIDER_ROWS.flatMap(({ keyPrefixes }) => keyPrefixes),
    ]) {
      expect(new Set(all).size).toBe(all.length)
    }
  })

  it('have the environment names that the issue promises', () => {
    const names = PROVIDER_ROWS.flatMap(({ env }) => env)
    for (const provider of [
      'OPENROUTER',
      'OPENAI',
      'ANTHROPIC',
      'GEMINI',
      'GROQ',
      'CEREBRAS',
      'DEEPINFRA',
      'MISTRAL',
      'XAI',
      'DEEPSEEK',
      'TOGETHER',
      'FIREWORKS',
      'PERPLEXITY',
    ]) {
      expect(names).toContain(`${provider}_API_KEY`)
    }
    expect(row('google').env).toEqual(['GEMINI_API_KEY', 'GOOGLE_API_KEY'])
  })

  it('count thinking outside completion_tokens where the provider does', () => {
    expect(PROVIDER_ROWS.filter(({ dialect }) => dialect.reasoningOutside).map(({ id }) => id)).toEqual([
      'google',
      'xai',
    ])
  })

  it('bill by the reported cost at OpenRouter alone, which also keeps the routing fields', () => {
    expect(PROVIDER_ROWS.filter(({ billing }) => billing === 'reported').map(({ id }) => id)).toEqual(['openrouter'])
    expect(PROVIDER_ROWS.filter(({ dialect }) => dialect.keepsRoutingFields).map(({ id }) => id)).toEqual([
      'openrouter',
    ])
  })
})

describe('recogniseKey', () => {
  it.each([
    ['sk-or-v1-0123', 'openrouter'],
    ['sk-ant-api03-0123', 'anthropic'],
    ['sk-proj-0123', 'openai'],
    ['sk-0123', 'openai'],
    ['AIzaSy0123', 'google'],
    ['gsk_0123', 'groq'],
    ['csk-0123', 'cerebras'],
    ['xai-0123', 'xai'],
    ['pplx-0123', 'perplexity'],
    ['fw_0123', 'fireworks'],
  ])('knows %s for a key of %s', (key, provider) => {
    expect(recogniseKey(key, PROVIDER_ROWS)?.id).toBe(provider)
    expect(recogniseKey(key, [...PROVIDER_ROWS].reverse())?.id).toBe(provider)
  })

  it.each(['', 'sk', 'kwy_k1_0123', ' sk-0123', '0123456789abcdef'])('does not guess at %j', (key) => {
    expect(recogniseKey(key, PROVIDER_ROWS)).toBeUndefined()
  })
})

describe('checkRequest', () => {
  it('asks OpenRouter for the key itself, never for its public list of models', () => {
    expect(checkRequest(row('openrouter'), { secret: 's' })).toEqual({
      method: 'GET',
      url: 'https://openrouter.ai/api/v1/key',
      headers: { accept: 'application/json', authorization: 'Bearer s' },
    })
  })

  it('asks Anthropic natively, with the key in its own header', () => {
    expect(checkRequest(row('anthropic'), { secret: 's' }).headers).toEqual({
      accept: 'application/json',
      'anthropic-version': '2023-06-01',
      'x-api-key': 's',
    })
  })

  it('climbs out of the base URL where the check lies beside it', () => {
    expect(checkRequest(row('deepinfra'), { secret: 's' }).url).toBe('https://api.deepinfra.com/v1/me')
  })

  it('goes to the address that the credential is bound to', () => {
    const request = checkRequest(row('openai'), { secret: 's', baseUrl: 'https://eu.api.openai.com/v1' })
    expect(request.url).toBe('https://eu.api.openai.com/v1/models')
  })

  it('sends no credential where there is none', () => {
    expect(checkRequest(row('ollama'), { secret: undefined }).headers).toEqual({ accept: 'application/json' })
  })
})

describe('customProvider', () => {
  it('takes any OpenAI-compatible server, with a key or none, and finds its models itself', () => {
    const provider = customProvider({ id: 'lab', baseUrl: 'http://10.0.0.1:8000/v1/', free: true })
    expect(provider).toMatchObject({
      id: 'lab',
      name: 'lab',
      baseUrl: 'http://10.0.0.1:8000/v1',
      free: true,
      discovers: true,
    })
    expect(checkRequest(provider, { secret: undefined }).headers).toEqual({ accept: 'application/json' })
  })

  it('knows local servers by addresses of this machine only', () => {
    for (const { baseUrl } of LOCAL_SERVERS) expect(new URL(baseUrl).hostname).toBe('localhost')
  })
})
