import { describe, expect, it } from 'vitest'
import { checkTarget, readHead } from './access.ts'

const host = ['Host', 'localhost:7777']

describe('readHead', () => {
  it.each([
    ['no Host header', []],
    ['two Host headers', ['Host', 'a.example', 'host', 'b.example']],
    ['two equal Host headers', ['Host', 'a.example', 'Host', 'a.example']],
    ['a fragment in the Host', ['Host', 'a/#']],
    ['a user in the Host', ['Host', 'a@b.example']],
    ['a path in the Host', ['Host', 'a.example/x']],
    ['a list of Hosts', ['Host', 'a.example, b.example']],
    ['a port that is none', ['Host', 'a.example:port']],
    ['an empty Host', ['Host', '']],
  ])('refuses %s', (_case, headers) => {
    expect(() => readHead(headers)).toThrow(expect.objectContaining({ code: 'host_invalid', status: 400 }))
  })

  it.each([
    ['both kinds of header', ['Authorization', 'Bearer a', 'x-api-key', 'b']],
    ['both, though they agree', ['Authorization', 'Bearer a', 'X-API-Key', 'a']],
    ['two Authorization headers', ['Authorization', 'Bearer a', 'authorization', 'Bearer b']],
  ])('refuses two credentials: %s', (_case, headers) => {
    expect(() => readHead([...host, ...headers])).toThrow(
      expect.objectContaining({ code: 'credentials_conflict', status: 400 }),
    )
  })

  it.each(['Basic dXNlcjpwYXNz', 'Bearer', 'Bearer ', 'Bearer a b', 'kwy_k1_abc', 'Bearer\u00a0abc'])(
    'refuses the Authorization header %j without repeating it',
    (authorization) => {
      let message = ''
      try {
        readHead([...host, 'Authorization', authorization])
      } catch (error) {
        message = (error as Error).message
      }
      expect(message).toBe('The Authorization header is not of the form "Bearer <key>".')
    },
  )

  it('refuses a key of unreasonable length before it is hashed', () => {
    expect(() => readHead([...host, 'Authorization', `Bearer ${'k'.repeat(600)}`])).toThrow(
      expect.objectContaining({ code: 'key_malformed' }),
    )
    expect(() => readHead([...host, 'x-api-key', 'k'.repeat(600)])).toThrow(
      expect.objectContaining({ code: 'key_malformed' }),
    )
  })

  it('reads the key from either header, and the origin', () => {
    expect(readHead([...host, 'AUTHORIZATION', 'bearer  abc '])).toEqual({ token: 'abc', scheme: 'bearer' })
    expect(readHead([...host, 'X-Api-Key', ' abc ', 'Origin', 'https://app.example'])).toEqual({
      token: 'abc',
      scheme: 'bearer',
      origin: 'https://app.example',
    })
  })

  it('has no key where an empty one was sent', () => {
    expect(readHead([...host, 'Authorization', '']).token).toBeUndefined()
    expect(readHead([...host, 'x-api-key', '']).token).toBeUndefined()
  })

  it.each(['localhost', '127.0.0.1:7777', '[::1]:7777', 'keyway.example.com', 'a-b.example:443'])(
    'takes the host %s',
    (value) => {
      expect(readHead(['Host', value]).token).toBeUndefined()
    },
  )
})

describe('checkTarget', () => {
  it.each(['http://evil.example/x', '//evil.example/x', '*', '', 'evil.example:443'])(
    'refuses the target %j',
    (url) => {
      expect(() => checkTarget(url)).toThrow(expect.objectContaining({ code: 'host_invalid' }))
    },
  )

  it('takes a path', () => {
    expect(() => checkTarget('/api/v1/key?x=//y')).not.toThrow()
  })
})
