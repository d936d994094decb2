import { describe, expect, it } from 'vitest'
import { sampleCredential, sampleEndpoint, sampleModel } from '../router/testing/sample.ts'
import { createSeals } from './seals.ts'

const models = [sampleModel('author/m', [sampleEndpoint('groq'), sampleEndpoint('openai'), sampleEndpoint('local')])]
const credentials = [
  sampleCredential('openai', 'own', { id: 'second' }),
  sampleCredential('groq', 'own', { id: 'other' }),
]

describe('who made encrypted reasoning', () => {
  it('is unknown to another workspace, and of what was never seen', () => {
    const seals = createSeals()
    seals.remember('w1', 'tail', { provider: 'openai', credentialId: 'second' })
    expect(seals.stayFor('w2', 'tail', { models, credentials })).toBeUndefined()
    expect(seals.stayFor('w1', 'liat', { models, credentials })).toBeUndefined()
  })

  it('is nobody when the credential is gone, or the model is not at that provider', () => {
    const seals = createSeals()
    seals.remember('w', 'tail', { provider: 'openai', credentialId: 'second' })
    expect(seals.stayFor('w', 'tail', { models, credentials: credentials.slice(1) })).toBeUndefined()
    expect(
      seals.stayFor('w', 'tail', { models: [sampleModel('author/m', [sampleEndpoint('groq')])], credentials }),
    ).toBeUndefined()
  })

  it('is the provider\u2019s endpoint of the model that is asked for now, and its credential, or none where it needs none', () => {
    const seals = createSeals()
    seals.remember('w', 'tail', { provider: 'openai', credentialId: 'second' })
    seals.remember('w', 'free', { provider: 'local', credentialId: null })
    const openai = { endpoint: expect.stringMatching(/^openai:/), credentialId: 'second', how: 'only' }
    expect(seals.stayFor('w', 'tail', { models, credentials })).toEqual(openai)
    expect(seals.stayFor('w', 'free', { models, credentials })).toMatchObject({
      endpoint: expect.stringMatching(/^local:/),
      credentialId: null,
    })
  })
})
