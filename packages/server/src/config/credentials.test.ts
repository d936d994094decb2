import { expect, test } from 'vitest'
import { environmentCredentials } from './credentials.ts'

const table = [
  { id: 'openai', env: ['OPENAI_API_KEY'] },
  { id: 'google', env: ['GEMINI_API_KEY', 'GOOGLE_API_KEY'] },
]

test('a variable and its _FILE together are a problem, without their values', () => {
  const found = environmentCredentials({ OPENAI_API_KEY: 'sk-canary', OPENAI_API_KEY_FILE: '/run/openai' }, table)
  expect(found.credentials).toEqual([])
  expect(found.problems).toEqual([
    { name: 'OPENAI_API_KEY', message: 'is set, and so is OPENAI_API_KEY_FILE; keep one of them' },
  ])
})

test('empty, blank and quoted-empty variables count as unset', () => {
  for (const text of ['', '  ', '""', 'Bearer ', "' '"]) {
    expect(environmentCredentials({ OPENAI_API_KEY: text }, table), JSON.stringify(text)).toEqual({
      credentials: [],
      problems: [],
    })
  }
})

test('credentials are references, never values; the first variable of a provider wins', () => {
  const env = { OPENAI_API_KEY_FILE: ' /run/openai ', GOOGLE_API_KEY: 'b', GEMINI_API_KEY: 'a', OTHER_API_KEY: 'c' }
  expect(environmentCredentials(env, table).credentials).toEqual([
    { provider: 'openai', variable: 'OPENAI_API_KEY_FILE', reference: 'file:/run/openai' },
    { provider: 'google', variable: 'GEMINI_API_KEY', reference: 'env:GEMINI_API_KEY' },
  ])
})
