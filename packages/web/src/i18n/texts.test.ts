import { expect, test } from 'vitest'
import { de } from './de.ts'
import { en } from './en.ts'

/** Every text by its path: 'nav.keys' -> 'Keys'. */
function flatten(texts: object, path = ''): [string, string][] {
  return Object.entries(texts).flatMap(([name, value]): [string, string][] =>
    typeof value === 'string' ? [[path + name, value]] : flatten(value, `${path}${name}.`),
  )
}

const placeholders = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).sort()

test('both languages have the same texts with the same placeholders', () => {
  const english = new Map(flatten(en))
  const german = new Map(flatten(de))
  expect([...german.keys()].sort()).toEqual([...english.keys()].sort())
  for (const [path, text] of english) {
    expect({ path, has: placeholders(german.get(path) ?? '') }).toEqual({ path, has: placeholders(text) })
  }
})

test('no text is empty, and few are the same in both languages', () => {
  const german = new Map(flatten(de))
  const same = flatten(en).filter(([path, text]) => german.get(path) === text && /[a-z]{4,} [a-z]{4,}/.test(text))
  expect(same).toEqual([])
  expect(flatten(en).filter(([, text]) => text.trim() === '')).toEqual([])
})
