import { inspect } from 'node:util'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readCallback, readPastedCode } from './callback.ts'
import { ConnectError } from './connect-error.ts'

const expected = { state: 'S'.repeat(43), issuer: 'https://openrouter.ai' }
const state = `state=${expected.state}`
const codeOf = (read: () => unknown) => {
  try {
    read()
  } catch (error) {
    return error instanceof ConnectError ? error.code : String(error)
  }
  return 'taken'
}

describe('readCallback', () => {
  test.each([
    ['no state', 'code=abc', 'state_mismatch'],
    ['another state', `code=abc&state=${'T'.repeat(43)}`, 'state_mismatch'],
    ['the beginning of the state', 'code=abc&state=SSS', 'state_mismatch'],
    ['the state and more', `code=abc&${state}S`, 'state_mismatch'],
    ['two states', `code=abc&${state}&${state}`, 'state_mismatch'],
    ['another issuer', `code=abc&${state}&iss=https://evil.example`, 'state_mismatch'],
    ['a denial', `error=access_denied&${state}`, 'denied'],
    ['a denial beside a code', `code=abc&error=access_denied&${state}`, 'denied'],
    ['another error', `error=server_error&error_description=%3Cscript%3E&${state}`, 'refused'],
    ['nothing but the state', state, 'denied'],
    ['two codes', `code=a&code=b&${state}`, 'malformed'],
    ['an empty code', `code=&${state}`, 'malformed'],
    ['a code as a list', `code[]=abc&${state}`, 'malformed'],
    ['a code twice, once as a list', `code=abc&code[]=abc&${state}`, 'malformed'],
    ['10 KB of code', `code=${'x'.repeat(10_000)}&${state}`, 'malformed'],
    ['NUL in the code', `code=a%00b&${state}`, 'malformed'],
    ['a line break in the code', `code=a%0D%0Ab&${state}`, 'malformed'],
    ['a letter beyond ASCII in the code', `code=%C3%A4&${state}`, 'malformed'],
  ])('refuses %s', (_name, query, code) => {
    expect(codeOf(() => readCallback(query, expected))).toBe(code)
  })

  test('gives the code of an address, a query, or parameters, and shows it in no log', () => {
    const query = `a=1&code=abc_-9&${state}&iss=https%3A%2F%2Fopenrouter.ai`
    const address = `https://app.example/cb?${query}`
    for (const form of [query, `/cb?${query}`, address, new URL(address), new URLSearchParams(query)]) {
      const code = readCallback(form, expected)
      expect(code.reveal()).toBe('abc_-9')
      expect(inspect(code) + JSON.stringify(code) + String(code)).not.toContain('abc_-9')
    }
  })

  test('no state but the right one is ever taken', () => {
    fc.assert(
      fc.property(fc.string(), (other) => {
        fc.pre(other !== expected.state)
        const query = new URLSearchParams({ code: 'abc', state: other })
        expect(codeOf(() => readCallback(query, expected))).toBe('state_mismatch')
      }),
    )
  })
})

describe('readPastedCode', () => {
  test.each([
    ['nothing', '  ', 'denied'],
    ['two words', 'abc def', 'malformed'],
    ['an address without a code', 'https://app.example/cb?x=1', 'malformed'],
    ['two codes', 'code=a&code=b', 'malformed'],
  ])('refuses %s', (_name, text, code) => {
    expect(codeOf(() => readPastedCode(text))).toBe(code)
  })

  test.each([
    ['no state', 'https://app.example/cb?code=abc', 'state_mismatch'],
    ['a code and no state', 'code=abc', 'state_mismatch'],
    ['another issuer', `https://app.example/cb?code=abc&${state}&iss=https://evil.example`, 'state_mismatch'],
    ['a denial', `https://app.example/cb?error=access_denied&${state}`, 'denied'],
    ['what was sent, and its code', `https://app.example/cb?code=abc&${state}`, 'taken'],
    ['the code alone', 'abc', 'taken'],
  ])('an address with %s, where a state was sent, is what it would be as a callback', (_name, text, code) => {
    expect(codeOf(() => readPastedCode(text, expected))).toBe(code)
  })

  test.each(['abc', ' "abc"\n', 'code=abc', '?code=abc&x=1', 'http://localhost:1/cb?state=s&code=abc'])(
    'takes %j',
    (text) => {
      expect(readPastedCode(text).reveal()).toBe('abc')
    },
  )
})
