import { describe, expect, it } from 'vitest'
import { isFromThisMachine, type Place, pageOrigin, requireOwnPage, requireType } from './page-origin.ts'
import { appHeaders, pageHeaders } from './security-headers.ts'
import { clearCookie, readCookie, sessionCookie, setCookie } from './session-cookie.ts'

const bind = { loopback: true, urlConfigured: false, port: () => 7777 }
const local: Place = { publicUrl: 'http://localhost:7777', bind }
const proxied: Place = { publicUrl: 'https://keyway.example.com', bind: { ...bind, urlConfigured: true } }
const lan: Place = { publicUrl: 'http://0.0.0.0:7777', bind: { ...bind, loopback: false } }

describe('pageOrigin', () => {
  it.each([
    [local, 'evil.example'],
    [local, 'localhost'],
    [local, 'localhost:8888'],
    [local, 'localhost.:7777'],
    [local, 'a.localhost:7777'],
    [local, '10.0.0.1:7777'],
    [proxied, 'keyway.example.com:7777'],
    [proxied, 'evil.keyway.example.com'],
    [lan, 'rebound.example:7777'],
    [lan, 'localhost:7777'],
    [{ ...lan, bind: { ...lan.bind, urlConfigured: true } }, '192.168.1.5:7777'],
  ])('knows no page at %o for %s', (place, host) => {
    expect(pageOrigin(host, place)).toBeUndefined()
  })

  it.each([
    [local, 'localhost:7777', 'http://localhost:7777'],
    [local, 'LOCALHOST:7777', 'http://localhost:7777'],
    [local, '127.0.0.1:7777', 'http://127.0.0.1:7777'],
    [local, '[::1]:7777', 'http://[::1]:7777'],
    [proxied, 'keyway.example.com', 'https://keyway.example.com'],
    [lan, '192.168.1.5:7777', 'http://192.168.1.5:7777'],
  ])('knows the page at %o for %s', (place, host, origin) => {
    expect(pageOrigin(host, place)).toBe(origin)
  })
})

describe('requireOwnPage', () => {
  const post = (headers: Record<string, string>) => ({
    method: 'POST',
    headers: { host: '127.0.0.1:7777', 'content-type': 'application/json', ...headers },
  })

  it('takes the public origin where a proxy puts its own Host in', () => {
    expect(() => requireOwnPage(post({}), 'https://keyway.example.com', proxied)).not.toThrow()
    expect(() => requireOwnPage(post({}), 'https://evil.example', proxied)).toThrow(/Origin/)
  })
})

describe('requireType', () => {
  const post = (headers: Record<string, string>) => ({ method: 'POST', headers })

  it.each(['application/json', 'application/json; charset=utf-8', 'Application/JSON'])('takes the type %s', (type) => {
    const request = post({ host: 'localhost:7777', 'content-type': type })
    expect(() => requireType(request)).not.toThrow()
  })

  it.each([
    'application/jsonx',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'text/plain; application/json',
  ])('refuses the type %s, which a form could send', (type) => {
    const request = post({ host: 'localhost:7777', 'content-type': type })
    expect(() => requireType(request)).toThrow(/Content-Type/)
  })
})

describe('isFromThisMachine', () => {
  const headers = { host: 'localhost:7777' }
  it.each([
    ['from elsewhere', { headers, remoteAddress: '10.0.0.7' }, local],
    ['by an address', { headers: { host: '127.0.0.1:7777' }, remoteAddress: '127.0.0.1' }, local],
    ['through a proxy', { headers: { ...headers, 'x-forwarded-for': '127.0.0.1' }, remoteAddress: '127.0.0.1' }, local],
    ['at a public name', { headers: { host: 'keyway.example.com' }, remoteAddress: '127.0.0.1' }, proxied],
    ['while others can connect', { headers, remoteAddress: '127.0.0.1' }, { ...local, bind: lan.bind }],
    ['over a closed connection', { headers, remoteAddress: undefined }, local],
  ])('is not said of a request %s', (_kind, request, place) => {
    expect(isFromThisMachine(request, place)).toBe(false)
  })

  it.each(['127.0.0.1', '::1', '::ffff:127.0.0.1'])('is said of one from %s', (remoteAddress) => {
    expect(isFromThisMachine({ headers, remoteAddress }, local)).toBe(true)
  })
})

describe('the session\u2019s cookie', () => {
  const install = '1f0c9a2b-0000-4000-8000-000000000000'

  it('row 114: is bound to this host by its name over https, and always hidden from scripts', () => {
    const cookie = sessionCookie('https://keyway.example.com', install)
    expect(setCookie(cookie, 'abc')).toBe(
      '__Host-keyway_session_1f0c9a2b=abc; Max-Age=2592000; Path=/; HttpOnly; SameSite=Lax; Secure',
    )
    expect(clearCookie(cookie)).toContain('Max-Age=0; Path=/; HttpOnly; SameSite=Lax; Secure')
    expect(setCookie(sessionCookie('http://localhost:7777', install), 'abc')).toBe(
      'keyway_session_1f0c9a2b=abc; Max-Age=2592000; Path=/; HttpOnly; SameSite=Lax',
    )
  })

  it('row 115: is read among others, and not at all where it stands twice', () => {
    const cookie = sessionCookie('http://localhost:7777', install)
    expect(readCookie(cookie, `a=1; ${cookie.name}=abc; ${cookie.name}x=2`)).toBe('abc')
    expect(readCookie(cookie, `${cookie.name}=abc; b=2; ${cookie.name}=def`)).toBeUndefined()
    const crowd = Array.from({ length: 300 }, (_, n) => `c${n}=1`).join('; ')
    expect(readCookie(cookie, `${crowd}; ${cookie.name}=abc`)).toBeUndefined()
    expect(readCookie(cookie, undefined)).toBeUndefined()
  })
})

it('browsers are told to stay with https only where it is https', () => {
  expect(appHeaders('https://a.example')['strict-transport-security']).toContain('max-age=63072000')
  expect(appHeaders('http://localhost:1')['strict-transport-security']).toBeUndefined()
  expect(pageHeaders('http://localhost:1', 'abc')['content-security-policy']).toContain("script-src 'nonce-abc'")
})
