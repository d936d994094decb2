import { createServer, type RequestListener, type Server } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Fetch } from './exchange.ts'
import { finishAuthorization } from './finish.ts'

const state = 'S'.repeat(43)
const verifier = 'V'.repeat(43)
const KEY = `sk-or-v1-${'a'.repeat(64)}`

let server: Server
let issuer: string
let answer: RequestListener
const bodies: string[] = []

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = ''
    request.on('data', (part) => {
      body += part
    })
    request.on('end', () => {
      bodies.push(`${request.method} ${request.url} ${body}`)
      answer(request, response)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  issuer = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

const finish = (more: { callback?: string; expiresAt?: Date; fetch?: Fetch; timeoutMs?: number } = {}) => {
  bodies.length = 0
  return finishAuthorization({ issuer, state, verifier, fetch, callback: `/cb?code=abc&state=${state}`, ...more })
}
const reply =
  (status: number, body: string, headers: Record<string, string> = {}): RequestListener =>
  (_request, response) =>
    response.writeHead(status, headers).end(body)

describe('finishAuthorization', () => {
  test.each([
    ['a callback without the state', { callback: '/cb?code=abc' }, 'state_mismatch'],
    ['a callback that comes too late', { expiresAt: new Date(0) }, 'expired'],
    ['a denial', { callback: `/cb?error=access_denied&state=${state}` }, 'denied'],
  ])('asks the issuer nothing for %s', async (_name, more, code) => {
    answer = reply(200, JSON.stringify({ key: KEY, user_id: null }))
    await expect(finish(more)).rejects.toMatchObject({ code })
    expect(bodies).toEqual([])
  })

  test.each([
    [400, '{"error":{"message":"Invalid code","code":400}}', 'refused'],
    [403, '{"error":{"message":"Authorization code expired","code":403}}', 'refused'],
    [405, '', 'unreachable'],
    [409, '{}', 'unreachable'],
    [429, '{}', 'unreachable'],
    [500, '<script>alert(1)</script>', 'unreachable'],
    [201, '{}', 'malformed'],
    [200, '<html>', 'malformed'],
    [200, '[]', 'malformed'],
    [200, '{"key":""}', 'malformed'],
    [200, '{"key":1}', 'malformed'],
    [200, '{"key":"has a space in it"}', 'malformed'],
    [200, `{"key":"${KEY}","user_id":7}`, 'malformed'],
    [200, `{"key":"${KEY}","x":"${'x'.repeat(70_000)}"}`, 'malformed'],
  ])('takes %i %j as %s, and asks once', async (status, body, code) => {
    answer = reply(status, body)
    const failure = finish()
    await expect(failure).rejects.toMatchObject({ code })
    expect(bodies).toHaveLength(1)
    const shown = await failure.catch((error: Error) => error.message)
    expect(shown).not.toContain('script')
    expect(shown).not.toContain(KEY)
  })

  test('does not follow a redirect', async () => {
    answer = reply(307, '', { location: '/elsewhere' })
    await expect(finish()).rejects.toMatchObject({ code: 'unreachable' })
    expect(bodies).toHaveLength(1)
  })

  test('gives up on an answer that never comes, and on one that never ends', async () => {
    answer = () => undefined
    await expect(finish({ timeoutMs: 50 })).rejects.toMatchObject({ code: 'unreachable' })
    answer = (_request, response) => response.writeHead(200).write('{')
    await expect(finish({ timeoutMs: 50 })).rejects.toMatchObject({ code: 'unreachable' })
  })

  test('exchanges code and verifier for the key, by POST', async () => {
    answer = reply(200, JSON.stringify({ key: KEY, user_id: 'user_1', more: true }))
    expect(await finish()).toEqual({ key: KEY, userId: 'user_1' })
    const sent = JSON.stringify({ code: 'abc', code_verifier: verifier, code_challenge_method: 'S256' })
    expect(bodies).toEqual([`POST /api/v1/auth/keys ${sent}`])
    answer = reply(200, JSON.stringify({ key: KEY }))
    expect(await finish()).toEqual({ key: KEY, userId: null })
  })
})
