import { hash, randomBytes } from 'node:crypto'
import { chmodSync, cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { startSimulation } from '@keyway/sim'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runCli } from './testing/cli-process.ts'
import { callChat } from './testing/client.ts'
import { hashesIn } from './testing/files.ts'
import { withFolder } from './testing/home.ts'
import { queryRemains } from './testing/ledger.ts'
import { serverEnv, standBy } from './testing/server-process.ts'
import { startVaultRig } from './testing/vault-rig.ts'

// Laws 5 and 12, by the real command line: what must not be opened is not touched, to the last byte. The home is one that
// a killed process left behind, with a log beside its database and a hold still open, where opening would change most.

/** The home's lock, and the index of a log that SQLite makes for whoever looks at one: neither holds anything. */
const NO_CONTENT = /^keyway\.(?:lock|lock-journal|pid|db-shm)$/
/** Of an empty file: SQLite also makes an empty log. */
const EMPTY = hash('sha256', '')

type Simulation = Awaited<ReturnType<typeof startSimulation>>
let simulation: Simulation
let env: Record<string, string>
let left: string
let remove: () => void

beforeAll(async () => {
  simulation = await startSimulation()
  const vault = await startVaultRig(simulation)
  left = vault.rig.home
  await vault.rig.close('keep')
  env = serverEnv(left, simulation, vault.env)
  const server = await standBy({ env }).serve()
  simulation.script('openai', { kind: 'stall-mid-stream' })
  await new Promise<void>((resolve) => {
    void callChat(server.url, {
      key: vault.rig.key,
      body: { model: 'openai/gpt-4o-mini', messages: [{ role: 'user', content: 'Hello' }], stream: true },
      onBytes: () => resolve(),
    })
  })
  await server.end('SIGKILL')
  expect(queryRemains(left, 'SELECT call_id FROM hold')).toHaveLength(1)
  remove = () => rmSync(left, { recursive: true })
}, 60_000)

afterAll(async () => {
  remove()
  await simulation.close()
})

/** Starts `keyway serve` (and a command that opens the home) on a spoilt copy of the home. */
async function refuse(spoil: (home: string) => void): Promise<string> {
  return withFolder(async (folder) => {
    const home = join(folder, 'home')
    cpSync(left, home, { recursive: true, filter: (path) => !path.endsWith('.sock') })
    spoil(home)
    const before = hashesIn(home)
    const of = { env: { ...env, KEYWAY_HOME: home } }
    let said = ''
    for (const words of [
      ['serve', '--json'],
      ['keys', 'list', '--json'],
    ]) {
      const { code, out, err } = await runCli(words, of)
      expect({ code, out }, `${words.join(' ')}: ${err}`).toEqual({ code: 1, out: '' })
      said += err
      expect(withoutContentless(hashesIn(home)), words.join(' ')).toEqual(withoutContentless(before))
    }
    return said
  })
}

function withoutContentless(hashes: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(hashes).filter(([path, content]) => !NO_CONTENT.test(path) && content !== EMPTY),
  )
}

function replaceRootKey(home: string, text: string): void {
  const path = join(home, 'root.key')
  chmodSync(path, 0o600)
  writeFileSync(path, text)
  chmodSync(path, 0o400)
}

test('a wrong root key is refused by its name, and nothing is touched', async () => {
  const said = await refuse((home) => replaceRootKey(home, `v1:${randomBytes(32).toString('base64')}\n`))
  expect(said).toContain('Wrong root key')
}, 60_000)

test('a missing root key is refused, no other is made, and nothing is touched', async () => {
  const said = await refuse((home) => rmSync(join(home, 'root.key')))
  expect(said).toContain('root.key')
}, 60_000)

test('a root key file that others may read is refused with the command that mends it, and nothing is touched', async () => {
  const said = await refuse((home) => chmodSync(join(home, 'root.key'), 0o644))
  expect(said).toContain('chmod 400')
}, 60_000)

test('a damaged root key is refused without a word of it, and nothing is touched', async () => {
  let text = ''
  const said = await refuse((home) => {
    text = readFileSync(join(home, 'root.key'), 'utf8').replace(/=$/m, '')
    replaceRootKey(home, text)
  })
  const [, secret = 'there is no secret'] = /v1:(\S+)/.exec(text) ?? []
  expect(said).not.toContain(secret)
}, 60_000)

test('a database of a newer version is refused untouched', async () => {
  const said = await refuse((home) => {
    const database = new DatabaseSync(join(home, 'keyway.db'))
    database.exec("INSERT INTO schema_migration (number, name, checksum, applied_at) VALUES (999, 'later', 'x', 1)")
    database.close()
  })
  expect(said).toContain('newer version')
}, 60_000)

test('a database made by other migrations is refused untouched', async () => {
  const said = await refuse((home) => {
    const database = new DatabaseSync(join(home, 'keyway.db'))
    database.exec("UPDATE schema_migration SET checksum = 'x'")
    database.close()
  })
  expect(said).toContain('checksum differs')
}, 60_000)
