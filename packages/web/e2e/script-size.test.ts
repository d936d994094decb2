import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Rig, startRig } from '../../server/src/testing/rig.ts'
import { emptyWorld } from '../fixture/world.ts'
import { launchBrowser } from './find-browser.ts'
import { answerFrom } from './made-up-server.ts'
import { openPage } from './open-page.ts'

const DIST = fileURLToPath(new URL('../dist/', import.meta.url))

/** DESIGN part 5: script needed before the composer of an empty chat takes typing. Bytes, gzip. */
const BEFORE_COMPOSER_MAX = 150_000

type Chunk = { file: string; imports?: string[] }

const manifest: Record<string, Chunk> = JSON.parse(readFileSync(`${DIST}.vite/manifest.json`, 'utf8'))

/** A chunk and all that it imports, by file. */
function closure(name: string, found = new Set<string>()): Set<string> {
  const chunk = manifest[name]
  if (chunk === undefined) throw new Error(`the build's manifest has no ${name}`)
  if (found.has(chunk.file)) return found
  found.add(chunk.file)
  for (const other of chunk.imports ?? []) closure(other, found)
  return found
}

const gzipped = (file: string) => gzipSync(readFileSync(DIST + file)).length
const first = closure('src/pages/home/home-page.tsx', closure('index.html'))

let rig: Rig
let browser: Browser

beforeAll(async () => {
  rig = await startRig()
  browser = await launchBrowser()
})
afterAll(async () => {
  await browser.close()
  await rig.close()
})

test('the script of the first page is within its budget', () => {
  const bytes = [...first].reduce((sum, file) => sum + gzipped(file), 0)
  console.log(`script before the first page: ${(bytes / 1000).toFixed(1)} kB gzip of ${BEFORE_COMPOSER_MAX / 1000}`)
  expect(bytes).toBeLessThanOrEqual(BEFORE_COMPOSER_MAX)
})

test('the browser asks for no other script before the first page stands', async () => {
  const { page, expectQuiet } = await openPage(browser, rig.url)
  const scripts: string[] = []
  page.on('request', (request) => {
    if (request.resourceType() === 'script') scripts.push(new URL(request.url()).pathname.slice(1))
  })
  await answerFrom(page, emptyWorld())
  await page.goto('/')
  await page.getByRole('heading', { name: 'No model is connected yet' }).waitFor()
  expect(scripts.filter((script) => !first.has(script))).toEqual([])
  expect(scripts.length).toBeGreaterThan(1)
  expectQuiet()
  await page.context().close()
})
