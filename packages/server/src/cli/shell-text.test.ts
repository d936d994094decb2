import { execFileSync } from 'node:child_process'
import { parseEnv } from 'node:util'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { assignments, SHELLS } from './shell-text.ts'

const key = 'kwy_k1_abc'
const baseUrl = 'http://localhost:7777/api/v1'

test('every form is assignments and nothing else', () => {
  for (const shell of SHELLS) {
    const lines = assignments(shell, { key, baseUrl })
    expect(lines).toHaveLength(4)
    for (const line of lines) expect(line).toMatch(/^(export |\$env:)?[A-Z_]+ ?= ?['"].*['"]$/)
  }
})

test('a shell reads back what was given, whatever it holds', () => {
  const value = fc.string({ unit: 'grapheme-ascii', maxLength: 40 })
  fc.assert(
    fc.property(value, (text) => {
      const script = `${assignments('sh', { key: text, baseUrl }).join('\n')}\nprintf '%s' "$OPENAI_API_KEY"`
      expect(execFileSync('sh', ['-c', script], { encoding: 'utf8' })).toBe(text)
    }),
    { numRuns: 25 },
  )
})

test('a .env file gives key and address back', () => {
  expect(parseEnv(assignments('dotenv', { key, baseUrl }).join('\n'))).toEqual({
    OPENAI_API_KEY: key,
    OPENAI_BASE_URL: baseUrl,
    KEYWAY_API_KEY: key,
    KEYWAY_BASE_URL: baseUrl,
  })
})
