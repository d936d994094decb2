import { describe, expect, it } from 'vitest'
import type { Dispatch, OutboundRequest } from '../net/request.ts'
import { fetchModels, type ListRequest } from './refresh.ts'
import { PROVIDER_ROWS } from './rows.ts'

/** A dispatcher that answers each request with the same bytes, and remembers what it was asked. */
function answering(status: number, ...chunks: (string | Uint8Array)[]) {
  const asked: OutboundRequest[] = []
  const state = { destroyed: false }
  const dispatch: Dispatch = async (request) => {
    asked.push(request)
    async function* read() {
      try {
        for (const chunk of chunks) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk
      } finally {
        state.destroyed = true
      }
    }
    const body = Object.assign(read(), {
      destroy: () => {
        state.destroyed = true
      },
    })
    return { status, headers: {}, body }
  }
  return { dispatch, asked, state }
}

function request(id: string, changes: Partial<ListRequest> = {}): ListRequest {
  const provider = PROVIDER_ROWS.find((row) => row.id === id)
  if (provider === undefined) throw new Error(`no row ${id}`)
  const { signal } = new AbortController()
  return {
    provider,
    addresses: 'public',
    signal,
    headersTimeoutMs: 1000,
    idleTimeoutMs: 1000,
    nowMs: Date.parse('2026-11-21T09:00:00.5Z'),
    ...changes,
  }
}

describe('fetchModels refuses', () => {
  it.each([
    [401, 'provider_credential_rejected'],
    [403, 'provider_credential_rejected'],
    [404, 'provider_unavailable'],
    [500, 'provider_unavailable'],
    [204, 'provider_unavailable'],
  ])('an answer %i as %s, and lets the connection go', async (status, code) => {
    const { dispatch, state } = answering(status, '{}')
    await expect(fetchModels(dispatch, request('openrouter'))).rejects.toMatchObject({ code })
    expect(state.destroyed).toBe(true)
  })

  it.each(['', '<html>', '{"data":', '{"error":{}}', '7'])('what is no list: %j', async (body) => {
    const { dispatch } = answering(200, body)
    await expect(fetchModels(dispatch, request('openrouter'))).rejects.toMatchObject({ code: 'provider_invalid_reply' })
  })

  it('a list without end, and stops reading it', async () => {
    const chunks = Array.from({ length: 20 }, () => new Uint8Array(1024 * 1024))
    const { dispatch, state } = answering(200, ...chunks)
    await expect(fetchModels(dispatch, request('ollama'))).rejects.toThrow('is longer than 16777216 bytes')
    expect(state.destroyed).toBe(true)
  })
})

describe('fetchModels', () => {
  it('reads OpenRouter’s list in pieces, without a credential, and dates its prices', async () => {
    const { dispatch, asked } = answering(
      200,
      '{"data":[{"id":"a/b","name":"\u00e9',
      '","pricing":{"prompt":"0.000001","completion":"0.000002"}}]}',
    )
    const [model] = await fetchModels(dispatch, request('openrouter'))
    expect(model).toMatchObject({
      nativeId: 'a/b',
      name: '\u00e9',
      prices: { version: 'openrouter@2026-11-21T09:00:00Z' },
    })
    expect(asked[0]).toMatchObject({
      method: 'GET',
      url: 'https://openrouter.ai/api/v1/models',
      headers: { accept: 'application/json' },
    })
    expect(asked[0]?.headers['authorization']).toBeUndefined()
  })

  it('asks the address and with the credential it is given', async () => {
    const { dispatch, asked } = answering(200, '[{"id":"x/Y"}]')
    const models = await fetchModels(dispatch, request('together', { baseUrl: 'https://eu.example/v1', secret: 's' }))
    expect(models).toEqual([{ nativeId: 'x/Y' }])
    expect(asked[0]).toMatchObject({ url: 'https://eu.example/v1/models', headers: { authorization: 'Bearer s' } })
  })
})
