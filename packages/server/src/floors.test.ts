import { expect, test } from 'vitest'
import { checkFloors, readImports, readSources } from '../../../scripts/floors.ts'

/** The rules that one planted import breaks. */
const planted = (file: string, source: string) => checkFloors(new Map([[file, source]])).map(({ rule }) => rule)
const inServer = (path: string) => `packages/server/src/${path}`

test.each([
  ['upward', 'router/plan.ts', "import { relay } from '../gateway/relay.ts'", 'upward'],
  ['upward by type only', 'wire/codec.ts', "import type { Provider } from '../providers/provider.ts'", 'upward'],
  ['upward from a test', 'net/body.test.ts', "import { plan } from '../router/plan.ts'", 'upward'],
  ['sideways', 'vault/seal.ts', "import { verify } from '../keys/verify.ts'", 'sideways'],
  ['sideways by re-export', 'meter/charge.ts', "export { codec } from '../wire/codec.ts'", 'sideways'],
  ['sideways by export *', 'net/all.ts', "export * from '../store/store.ts'", 'sideways'],
  ['by a dynamic import', 'gateway/relay.ts', "const app = await import('../http/app.ts')", 'upward'],
  ['by the type of an import', 'gateway/relay.ts', "let app: typeof import('../http/app.ts')", 'upward'],
  ['by a worker', 'store/pool.ts', "new Worker(new URL('../gateway/w.ts', import.meta.url))", 'upward'],
  ['for its effect', 'base/ids.ts', "import '../config/schema.ts'", 'sideways'],
  ['over several lines', 'keys/issue.ts', "import {\n  a, // '\n  b,\n} from '../accounts/users.ts'", 'sideways'],
  ['of what is above all rooms', 'http/app.ts', "import { main } from '../main.ts'", 'above all rooms'],
  ['of the rig outside tests', 'http/app.ts', "import { start } from '../testing/rig.ts'", 'above all rooms'],
  ['from a room without a floor', 'helpers/x.ts', "import { x } from '../base/ids.ts'", 'not among the rooms'],
  ['of a room without a floor', 'gateway/x.ts', "import { x } from '../helpers/x.ts'", 'not among the rooms'],
  ['of Fastify', 'gateway/relay.ts', "import type { FastifyReply } from 'fastify'", 'only http/'],
  ['of SQL', 'http/keys.ts', "import { sql } from 'kysely'", 'only store/'],
  ['of undici', 'gateway/send.ts', "import { request } from 'undici'", 'only net/'],
  ['of sim outside tests', 'gateway/relay.ts', "import { start } from '@keyway/sim'", 'sim is for tests'],
  ['of sim by its path', 'gateway/relay.ts', "import { start } from '../../../sim/src/index.ts'", 'sim is for tests'],
  ['of web', 'http/pages.ts', "import { page } from '@keyway/web'", 'server may not import web'],
])('is found: an import %s', (_name, file, source, rule) => {
  expect(planted(inServer(file), source)).toEqual([expect.stringContaining(rule)])
})

test.each(['contract', 'connect', 'web', 'sim'])('is found: %s importing the server, by name, bin or path', (name) => {
  const file = `packages/${name}/src/deep/x.ts`
  for (const specifier of ['@keyway/server', 'keyway', 'keyway/dist/main.js', '../../../server/src/base/money.ts']) {
    expect(planted(file, `import { x } from '${specifier}'`)).toEqual([`${name} may not import server`])
  }
})

test.each([
  ['router/plan.ts', "import { x } from '../base/errors.ts'\nimport { y } from './attempt.ts'"],
  ['gateway/relay.test.ts', "import { start } from '@keyway/sim'"],
  ['cli/demo.ts', "import { start } from '@keyway/sim'\nimport { app } from '../http/app.ts'"],
  ['main.ts', "import { app } from './http/app.ts'\nimport { store } from './store/store.ts'"],
  ['testing/rig.ts', "import { start } from '@keyway/sim'\nimport { serve } from '../main.ts'"],
  ['http/app.test.ts', "import { start } from '../testing/rig.ts'"],
  ['whole.test.ts', "import { start } from './testing/rig.ts'"],
  ['link/start.ts', "import { connect } from '@keyway/connect'"],
  ['wire/codec.ts', "// import { x } from '../gateway/relay.ts'\n/* import('../gateway/relay.ts') */"],
  ['wire/codec.ts', "const address = 'http://x' // import('../gateway/relay.ts')"],
  ['http/app.ts', "import fastify from 'fastify'"],
  ['net/dispatcher.ts', "import { Client } from 'undici'"],
])('is allowed: %s: %s', (file, source) => {
  expect(planted(inServer(file), source)).toEqual([])
})

test('every way of naming a module is read', () => {
  const source = [
    "import a from './a.ts'",
    "import type { B } from './b.ts'",
    "export { c } from './c.ts'",
    "export * as d from './d.ts'",
    "import './e.ts'",
    "  const f = await import('./f.ts')",
    "const g = require('./g.ts')",
    "const h = new URL('./h.ts', import.meta.url)",
  ].join('\n')
  expect(readImports(source).toSorted()).toEqual([...'abcdefgh'].map((name) => `./${name}.ts`))
})

test('imports only go down', () => {
  const sources = readSources(new URL('../../../', import.meta.url))
  expect(sources.size).toBeGreaterThan(50)
  expect(checkFloors(sources)).toEqual([])
})
