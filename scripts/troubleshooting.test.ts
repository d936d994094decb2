import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { ERRORS } from '../packages/server/src/base/errors.ts'

const guide = readFileSync(new URL('../docs/troubleshooting.md', import.meta.url), 'utf8')
const sections = guide.split(/^## /m).slice(1)
const codes = Object.keys(ERRORS)

test('every error code has exactly one section, in the order of the table, and there are no others', () => {
  expect(sections.map((section) => section.split('\n')[0])).toEqual(codes)
})

test.each(sections.map((section) => [section.split('\n')[0], section]))(
  '%s: says the cause, what it looks like and the fix',
  (_code, section) => {
    expect(section).toMatch(/^Cause: [\s\S]+^Looks like: [\s\S]+^Fix: /m)
  },
)

test('where a status is named, it is the one that the code has', () => {
  const named = sections.flatMap((section) => {
    const status = /^Looks like: (\d{3})\b/m.exec(section)?.[1]
    return status === undefined ? [] : [{ code: section.split('\n')[0], status: Number(status) }]
  })
  expect(named.length).toBeGreaterThan(30)
  for (const { code, status } of named) expect({ code, status }).toEqual({ code, status: statusOf(code) })
})

function statusOf(code: string | undefined): number | undefined {
  return Object.entries(ERRORS).find(([name]) => name === code)?.[1].status
}
