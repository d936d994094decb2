import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createContext, runInContext } from 'node:vm'
import { gzipSync } from 'node:zlib'
import { type Simulation, startSimulation } from '@keyway/sim'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { approve } from './testing/approve.ts'
import { bundle } from './testing/bundle.ts'
import { makePage } from './testing/made-page.ts'

const CONNECT = fileURLToPath(new URL('../', import.meta.url))
const { exports: doors }: { exports: Record<string, string> } = JSON.parse(
  readFileSync(`${CONNECT}package.json`, 'utf8'),
)

/** Doors to a terminal and a disk, which are Node's. All others run everywhere. */
const NODE = ['./cli', './store/disk']
const neutral = Object.entries(doors).filter(([door]) => !NODE.includes(door))

/** The browser door, minified, gzip. Bytes. */
const BROWSER_MAX = 5_000

let simulation: Simulation
beforeAll(async () => {
  simulation = await startSimulation()
})
afterAll(() => simulation.close())

test(`the browser door is at most ${BROWSER_MAX} bytes`, async () => {
  const sizes: string[] = []
  for (const door of ['./browser', './element', './react']) {
    const { code } = await bundle(doors[door] ?? '', { external: ['react'] })
    const bytes = gzipSync(code).length
    sizes.push(`${door} ${bytes}`)
    if (door === './browser') expect(bytes).toBeLessThanOrEqual(BROWSER_MAX)
  }
  console.log(`bytes, minified and gzip: ${sizes.join(', ')}`)
})

describe('every door but those of Node', () => {
  test.each(neutral)(
    '%s needs no module of Node and no dependency, and does nothing when it is imported',
    async (door, source) => {
      const { imports } = await bundle(source, { external: ['react'] })
      expect(imports).toEqual(door === './react' ? ['react'] : [])
      // A context with nothing but the language: whatever is touched at import fails.
      const { code } = await bundle(door === './react' ? './src/ui/connect-state.ts' : source, { format: 'iife' })
      expect(() => runInContext(code, createContext({}))).not.toThrow()
    },
  )

  test('is type-checked with the browser\u2019s types and the language of Node 20, and without Node\u2019s', () => {
    const tsc = fileURLToPath(new URL('../../../node_modules/typescript/bin/tsc', import.meta.url))
    expect(() => execFileSync(process.execPath, [tsc, '-p', CONNECT], { stdio: 'pipe' })).not.toThrow()
  })
})

test('the bundled browser door connects in a context that has only what browsers have on plain http', async () => {
  simulation.openrouter.account.consent = 'approve'
  const { code } = await bundle(doors['./browser'] ?? '', { format: 'iife' })
  const page = makePage('http://localhost:1/app')
  const web = { URL, URLSearchParams, TextEncoder, TextDecoder, AbortSignal, Uint8Array, btoa, fetch }
  // No crypto.subtle, as on plain http.
  const context = createContext({
    ...web,
    crypto: { getRandomValues: crypto.getRandomValues.bind(crypto) },
    window: page,
  })
  const load = () => {
    runInContext(`${code}; this.door = door`, context)
    return runInContext(
      `door.createBrowserConnect({ issuer: ${JSON.stringify(simulation.openrouter.siteUrl)} })`,
      context,
    )
  }
  await load().start()
  page.load(await approve(page.left[0] ?? ''))
  expect(await load().finish()).toMatchObject({ key: simulation.openrouter.account.keys()[0]?.key, returnTo: '/app' })
})
