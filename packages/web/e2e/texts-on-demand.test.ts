import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, expect, test } from 'vitest'
import { AREAS } from '../src/i18n/areas.ts'

const SRC = fileURLToPath(new URL('../src/', import.meta.url))

/** Each area's sections: 'door' -> ['frame', 'setup', ...]. */
const sectionsOf = new Map<string, string[]>()
beforeAll(async () => {
  for (const [area, { en }] of Object.entries(AREAS)) sectionsOf.set(area, Object.keys((await en()).texts))
})

const files = new Map(
  globSync('**/*.{ts,tsx}', { cwd: SRC, exclude: ['i18n/**', '**/*.test.ts'] }).map((file) => [
    file,
    readFileSync(join(SRC, file), 'utf8'),
  ]),
)

const matches = (file: string, pattern: RegExp) => [...(files.get(file) ?? '').matchAll(pattern)]
const beside = (file: string, path: string) => join(dirname(file), path)

/** A file and all that it imports, without what is loaded on demand and without types. */
function together(file: string, found = new Set<string>()): Set<string> {
  if (found.has(file) || !files.has(file)) return found
  found.add(file)
  for (const [, path] of matches(file, /^(?:import|export) (?!type )[^;]*?from '(\.[^']+)'/gm)) {
    if (path !== undefined) together(beside(file, path), found)
  }
  return found
}

/** The first words of what a part of the app says: 'keys' of t('keys.title'). */
function sectionsUsed(entry: string): string[] {
  const known = new Set([...sectionsOf.values()].flat())
  const used = [...together(entry)].flatMap((file) => matches(file, /['`](\w+)\.[\w$]/g).map(([, section]) => section))
  return [...new Set(used)].filter((section) => section !== undefined && known.has(section)) as string[]
}

/** Every place where a part is loaded on demand, with the areas that come with it. */
const loads = [...files.keys()].flatMap((file) =>
  matches(file, /(?:withTexts\(\s*\[([^\]]*)\],\s*)?import\(\s*'(\.[^']+)'/g).map(([, areas = '', path = '']) => ({
    file,
    entry: beside(file, path),
    areas: [...areas.matchAll(/'([\w-]+)'/g)].map(([, area = '']) => area),
  })),
)

const roots = ['main.tsx', ...new Set(loads.map(({ entry }) => entry))]
const filesOf = new Map(roots.map((root) => [root, together(root)]))

/** The areas that are there whenever a part is shown: those that came with it, or with whatever loads it. */
function areasAt(entry: string, above: readonly string[] = []): Set<string> {
  if (entry === 'main.tsx') return new Set(['shell'])
  const ways = loads
    .filter((load) => load.entry === entry)
    .flatMap(({ file, areas }) =>
      roots
        .filter((root) => root !== entry && !above.includes(root) && filesOf.get(root)?.has(file))
        .map((root) => new Set([...areas, ...areasAt(root, [...above, entry])])),
    )
  const [first = new Set<string>(), ...others] = ways
  return new Set([...first].filter((area) => others.every((way) => way.has(area))))
}

test('the app finds the texts of its shell at once, and needs no others', () => {
  const there = sectionsOf.get('shell') ?? []
  expect(sectionsUsed('main.tsx').filter((section) => !there.includes(section))).toEqual([])
})

test('every part that is loaded on demand comes with the texts that it uses', () => {
  expect(loads.length).toBeGreaterThan(10)
  for (const entry of roots) {
    const there = [...areasAt(entry)].flatMap((area) => sectionsOf.get(area) ?? [])
    const missing = sectionsUsed(entry).filter((section) => !there.includes(section))
    expect({ entry, missing }).toEqual({ entry, missing: [] })
  }
})
