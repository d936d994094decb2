import { readFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { describe, expect, test } from 'vitest'

const CONNECT = fileURLToPath(new URL('../', import.meta.url))
const { exports: doors }: { exports: Record<string, string> } = JSON.parse(
  readFileSync(`${CONNECT}package.json`, 'utf8'),
)

/** A section of an RFC or of its draft, a publication of NIST, or a page of a specification. */
const STANDARDS = [
  /RFC \d{4},? sections? \d/,
  /rfc-editor\.org\/rfc\/rfc\d{4}#section-\d/,
  /datatracker\.ietf\.org\/doc\/html\/draft-[\w-]+#section-\d/,
  /NIST\.(?:SP|FIPS)\.\d/,
  /https:\/\/[\w.]+\.spec\.whatwg\.org\/[\w/.]*#\w/,
  /https:\/\/www\.w3\.org\/TR\/\w+\/#\w/,
  /https:\/\/pubs\.opengroup\.org\/onlinepubs\/\d+\/\w/,
  // The one document that there is of OpenRouter's protocol.
  /https:\/\/openrouter\.ai\/docs\/guides\/overview\/auth\/oauth/,
]

/** What stands for a docstring where there is none. */
const NOTHING = ''
const DECLARED = /^export (?:async )?(?:function|const|class|type) (\w+)/gm
const PASSED_ON = /^export (?:type )?\{([^}]*)\} from '(\.[^']+)'/gm

type Documented = { name: string; doc: string }

/** What a module exports, with the docstring above it; what it exports of other modules is looked up there. */
function exportsOf(source: string): Documented[] {
  const text = readFileSync(CONNECT + source, 'utf8')
  const declared = [...text.matchAll(DECLARED)].map(({ 1: name = '', index }) => {
    const before = text.slice(0, index).trimEnd()
    return { name, doc: before.endsWith('*/') ? before.slice(before.lastIndexOf('/**')) : NOTHING }
  })
  const passedOn = [...text.matchAll(PASSED_ON)].flatMap(([, list = '', path = '']) => {
    const names = list.split(',').map((name) => name.replace(/\btype\b/, '').trim())
    const there = exportsOf(new URL(path, `file:///${source}`).pathname.slice(1))
    return names
      .filter((name) => name !== '')
      .map((name) => there.find((one) => one.name === name) ?? { name, doc: NOTHING })
  })
  const seen = [...text.matchAll(DECLARED), ...text.matchAll(PASSED_ON)].length
  const written = [...text.matchAll(/^export\b/gm)].length
  if (seen !== written) throw new Error(`${source} exports in a way that this test does not read`)
  return [...declared, ...passedOn]
}

describe.each(Object.entries(doors))('the door %s', (_door, path) => {
  const all = exportsOf(path.replace('./', ''))

  test('says of every export what it gives, in words', () => {
    const silent = all.filter(({ doc }) => !/\w{3,}\W+\w{2,}\W+\w{2,}/.test(doc.replace(/@(?:see|throws).*/g, '')))
    expect(silent.map(({ name }) => name)).toEqual([])
  })

  test('names for every export the section of an RFC, the NIST publication or the page that it follows', () => {
    const bare = all.filter(({ doc }) => !STANDARDS.some((standard) => standard.test(doc)))
    expect(bare.map(({ name }) => name)).toEqual([])
  })

  test('exports nothing that these tests do not see', async () => {
    const module: Record<string, unknown> = await import(pathToFileURL(CONNECT + path).href)
    expect(Object.keys(module).length).toBeGreaterThan(0)
    expect(all.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(module)))
  })
})
