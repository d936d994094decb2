import { createServer, type RequestListener, type Server } from 'node:http'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { restoreAuthorization } from './authorization.ts'
import type { Fetch } from './exchange.ts'
import { finishAuthorization, finishPasted } from './finish.ts'

const state = 'S'.repeat(43)
const verifier = 'V'.repeat(43)
const KEY = `sk-or-v1-${'a'.repeat(64)}`

/** A member of a gzip stream: a megabyte of spaces. */
const BOMB = gzipSync(Buffer.alloc(1_000_000, 32))

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

const begun = (more: object = {}) =>
  restoreAuthorization(JSON.stringify({ issuer, state, verifier, expiresAt: Date.now() + 60_000, ...more }))
const finish = (more: { callback?: string; expiresAt?: number; fetch?: Fetch; timeoutMs?: number } = {}) => {
  bodies.length = 0
  const { callback = `/cb?code=abc&state=${state}`, expiresAt, ...how } = more
  return finishAuthorization(begun(expiresAt === undefined ? {} : { expiresAt }), callback, how)
}
const reply =
  (status: number, body: string, headers: Record<string, string> = {}): RequestListener =>
  (_request, response) =>
    response.writeHead(status, headers).end(body)

describe('finishAuthorization', () => {
  test.each([
    ['a callback without the state', { callback: '/cb?code=abc' }, 'state_mismatch'],
    ['a callback that comes too late', { expiresAt: 1 }, 'expired'],
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
    [200, '{"key":"sk-or-v1-abc\\nx-evil: 1"}', 'malformed'],
    [200, '{"__proto__":{"key":"sk-or-v1-abcdefgh"}}', 'malformed'],
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

  test.each([
    ['sends on and on', {}, (_n: number) => Buffer.alloc(65_536, 32)],
    ['packs a gigabyte into a megabyte', { 'content-encoding': 'gzip' }, () => BOMB],
  ])('an issuer that %s is left at 64 kB', async (_name, headers, part) => {
    let sent = 0
    const ended = new Promise<void>((resolve) => {
      answer = (_request, response) => {
        response.writeHead(200, headers)
        response.on('close', resolve)
        const send = () => {
          for (let more = true; more && sent < 20_000_000; ) {
            const bytes = part(sent)
            sent += bytes.length
            more = response.write(bytes)
          }
        }
        response.on('drain', send)
        send()
      }
    })
    await expect(finish()).rejects.toMatchObject({ code: 'malformed' })
    await ended
    expect(sent).toBeLessThan(20_000_000)
  })

  test('does not follow a redirect', async () => {
    answer = reply(307, '', { location: '/elsewhere' })
    await expect(finish()).rejects.toMatchObject({ code: 'malformed', status: 307 })
    expect(bodies).toHaveLength(1)
  })

  test('an authorization is answered once, even where the issuer was away', async () => {
    answer = reply(500, '')
    bodies.length = 0
    const authorization = begun()
    const callback = `/cb?code=abc&state=${state}`
    await expect(finishAuthorization(authorization, callback)).rejects.toMatchObject({ code: 'unreachable' })
    const again = Array.from({ length: 50 }, () => finishAuthorization(authorization, callback))
    for (const attempt of await Promise.allSettled(again)) {
      expect(attempt).toMatchObject({ status: 'rejected', reason: { code: 'state_mismatch' } })
    }
    expect(bodies).toHaveLength(1)
  })

  test('what was pasted wrongly uses nothing up; an address of another authorization is refused', async () => {
    answer = reply(200, JSON.stringify({ key: KEY, user_id: null }))
    bodies.length = 0
    const authorization = begun()
    const other = `http://127.0.0.1:1/cb?code=abc&state=${'T'.repeat(43)}`
    await expect(finishPasted(authorization, 'two words')).rejects.toMatchObject({ code: 'malformed' })
    await expect(finishPasted(authorization, other)).rejects.toMatchObject({ code: 'state_mismatch' })
    await expect(finishPasted(authorization, 'x'.repeat(9_000))).rejects.toMatchObject({ code: 'malformed' })
    expect(bodies).toEqual([])
    expect(await finishPasted(authorization, `http://127.0.0.1:1/cb?code=abc&state=${state}`)).toMatchObject({
      key: KEY,
    })
  })

  test('a headless authorization takes no callback', async () => {
    bodies.length = 0
    const headless = restoreAuthorization(JSON.stringify({ issuer, verifier, expiresAt: Date.now() + 60_000 }))
    const finished = finishAuthorization(headless, '/cb?code=abc&state=')
    await expect(finished).rejects.toMatchObject({ code: 'state_mismatch' })
    expect(bodies).toEqual([])
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
