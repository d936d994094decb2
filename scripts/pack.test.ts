import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Simulation, startSimulation } from '../packages/sim/src/index.ts'
import { stagePackage } from './build.ts'
import { NO_INTERNET, type Place, type RunningKeyway, runToEnd, startKeyway, untilListed } from './running-keyway.ts'

let work: string
let place: Place
let packed: { filename: string; files: { path: string }[] }
let simulation: Simulation

beforeAll(async () => {
  work = mkdtempSync(join(tmpdir(), 'keyway-pack-'))
  const folder = join(work, 'empty')
  mkdirSync(folder)
  simulation = await startSimulation()
  const config = join(work, 'keyway.yaml')
  // JSON is YAML.
  writeFileSync(
    config,
    JSON.stringify({
      providers: [
        {
          provider: 'acme',
          base_url: simulation.providers.openai.baseUrl,
          allow_private: true,
          key: { env: 'ACME_KEY' },
        },
      ],
      prices: { 'acme/gpt-4o-mini': { input: 0.15, output: 0.6 } },
    }),
  )
  place = {
    folder,
    env: {
      PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`,
      HOME: process.env['HOME'] ?? work,
      KEYWAY_HOME: join(work, 'home'),
      KEYWAY_CONFIG: config,
      ACME_KEY: simulation.providers.openai.key,
      ...NO_INTERNET,
    },
  }
  const staged = join(work, 'staged')
  await stagePackage(staged)
  const said = execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', work], {
    cwd: staged,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const answer: unknown = JSON.parse(said)
  // An array until npm 11, an object by package name after it.
  packed = Object.values(answer as Record<string, typeof packed>)[0] ?? { filename: '', files: [] }
}, 120_000)

afterAll(async () => {
  await simulation.close()
  rmSync(work, { recursive: true, force: true })
})

describe('the packed keyway', () => {
  test('holds the program, its licence and its README, and neither sources nor tests', () => {
    const paths = packed.files.map((file) => file.path)
    expect(paths).toEqual(
      expect.arrayContaining(['LICENSE', 'README.md', 'package.json', 'bin/keyway.js', 'dist/cli.js']),
    )
    expect(paths.filter((path) => /\.ts$|\.test\.|^src\/|node_modules/.test(path))).toEqual([])
  })

  test('installs into an empty folder, starts by npx, and streams a priced call', async () => {
    writeFileSync(join(place.folder, 'package.json'), '{ "private": true }\n')
    const tarball = join(work, packed.filename)
    // This step alone reaches the registry, for the newest that the ranges allow, as this machine reaches it.
    const install = ['npm', 'install', '--no-audit', '--no-fund', '--prefer-offline', tarball]
    await runToEnd(install, { folder: place.folder, env: machineEnvironment(place.env['PATH'] ?? '') })

    const keyway: RunningKeyway = await startKeyway(
      ['npx', '--no-install', 'keyway', 'serve', '--port', '0', '--json'],
      place,
    )
    try {
      const created: { key: string } = JSON.parse(
        await runToEnd(
          ['npx', '--no-install', 'keyway', 'keys', 'create', '--name', 'packed', '--limit', '1.00', '--json'],
          place,
        ),
      )
      await untilListed(keyway.url, { key: created.key, model: 'acme/gpt-4o-mini' })
      const response = await fetch(`${keyway.url}/api/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${created.key}`, 'content-type': 'application/json' },
        body: JSON.stringify({
          model: 'acme/gpt-4o-mini',
          stream: true,
          messages: [{ role: 'user', content: 'Hello' }],
        }),
      })
      const text = await response.text()
      expect(response.status, text).toBe(200)
      expect(text).toMatch(/"content":"[^"]+"/)
      expect(text).toMatch(/"cost":(?!0[,}])[0-9.e-]+/)
      expect(text.trimEnd().endsWith('data: [DONE]')).toBe(true)
    } finally {
      await keyway.stop()
    }
  }, 180_000)
})

/** The environment that these tests were started in, its proxy and certificates with it, less what npm said of this repository. */
function machineEnvironment(path: string): Record<string, string> {
  const own = Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name))
  return { ...Object.fromEntries(own.map(([name, value]) => [name, value ?? ''])), PATH: path }
}
