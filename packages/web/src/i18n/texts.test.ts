import { beforeAll, expect, test } from 'vitest'
import { AREAS } from './areas.ts'

type AreaTexts = { area: string; english: Map<string, string>; german: Map<string, string> }

let areas: AreaTexts[]
beforeAll(async () => {
  areas = await Promise.all(
    Object.entries(AREAS).map(async ([area, { en, de }]) => ({
      area,
      english: new Map(flatten((await en()).texts)),
      german: new Map(flatten((await de()).texts)),
    })),
  )
})

/** Every text by its path: 'nav.keys' -> 'Keys'. */
function flatten(texts: object, path = ''): [string, string][] {
  return Object.entries(texts).flatMap(([name, value]): [string, string][] =>
    typeof value === 'string' ? [[path + name, value]] : flatten(value, `${path}${name}.`),
  )
}

const placeholders = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).sort()

test('both languages have the same texts with the same placeholders', () => {
  for (const { english, german } of areas) {
    expect([...german.keys()].sort()).toEqual([...english.keys()].sort())
    for (const [path, text] of english) {
      expect({ path, has: placeholders(german.get(path) ?? '') }).toEqual({ path, has: placeholders(text) })
    }
  }
})

test('no text is empty, and few are the same in both languages', () => {
  for (const { english, german } of areas) {
    const same = [...english].filter(([path, text]) => german.get(path) === text && /[a-z]{4,} [a-z]{4,}/.test(text))
    expect(same).toEqual([])
    expect([...english].filter(([, text]) => text.trim() === '')).toEqual([])
  }
})

test('no section is in two areas', () => {
  const sections = areas.flatMap(({ english }) => [...new Set([...english.keys()].map((path) => path.split('.')[0]))])
  expect(sections.length).toBeGreaterThan(10)
  expect(sections.toSorted()).toEqual([...new Set(sections)].toSorted())
})
