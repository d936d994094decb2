import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { inspect } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { keyHash, keyPages } from './key-pages.ts'
import { revokeKey } from './revoke.ts'

const KEY = 'kwy_k1_canary+/='

let server: Server
let issuer: string
let status = 200
const asked: string[] = []
beforeAll(async () => {
  server = createServer(async (request, response) => {
    let body = ''
    for await (const part of request) body += part
    asked.push(`${request.method} ${request.url} ${request.headers['content-type']} ${body}`)
    if (status === 0) return
    response.writeHead(status, { location: '/elsewhere' }).end(KEY)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  issuer = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

describe('revokeKey', () => {
  test.each([302, 404, 405, 500, 503, 0])(
    'says after %i that the key may still work, without naming it, and asks once',
    async (code) => {
      status = code
      asked.length = 0
      const error = await revokeKey(KEY, { issuer, timeoutMs: 200 }).catch((reason: unknown) => reason)
      expect(error).toMatchObject({ code: 'unreachable' })
      expect(inspect(error, { depth: 9 })).not.toContain('canary')
      expect(asked).toHaveLength(1)
    },
  )

  test('sends the key as RFC 7009 says, and in the body alone', async () => {
    status = 200
    asked.length = 0
    await revokeKey(KEY, { issuer })
    expect(asked).toEqual(['POST /oauth/revoke application/x-www-form-urlencoded token=kwy_k1_canary%2B%2F%3D'])
  })
})

test('the pages about a key are named by its SHA-256, not by the key', () => {
  const hash = keyHash('abc')
  expect(hash).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  expect(keyPages('https://openrouter.ai/', hash)).toEqual({
    usageUrl: `https://openrouter.ai/logs?api_key_hash=${hash}`,
    revokeUrl: `https://openrouter.ai/keys/${hash}`,
  })
})
