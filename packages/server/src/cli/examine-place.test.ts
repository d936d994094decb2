import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { resolveConfig } from '../config/resolve.ts'
import { createRootKeyFile } from '../vault/root-key-file.ts'
import { examinePlace } from './examine-place.ts'

let home: string

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'keyway-doctor-'))
})

afterEach(() => rm(home, { recursive: true, force: true }))

async function examine(port = 0, server?: { pid: number; url: string | null; version: string }) {
  const place = { platform: 'linux' as const, userHome: home, workingFolder: home }
  const { config } = resolveConfig({ flags: { home, port: String(port) }, env: {}, place })
  if (config === undefined) throw new Error('the configuration has problems')
  const findings = await examinePlace({ config, server, version: '1.0.0' })
  expect(findings.every((finding) => finding.state === 'ok' || finding.fix !== null)).toBe(true)
  return new Map(findings.map((finding) => [finding.check, finding]))
}

test('a root key that others may read is a failure, with its fix', async () => {
  await createRootKeyFile(join(home, 'root.key'))
  await chmod(join(home, 'root.key'), 0o644)
  expect((await examine()).get('root key')).toMatchObject({
    state: 'failed',
    fix: expect.stringContaining('chmod 400'),
  })
})

test('a database without its root key is a failure; a fresh home without one is not', async () => {
  expect((await examine()).get('root key')?.state).toBe('ok')
  await writeFile(join(home, 'keyway.db'), '')
  expect((await examine()).get('root key')?.state).toBe('failed')
})

test('a port that another program has is a failure; with a server of ours it is not looked at', async () => {
  const other = createServer()
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  const address = other.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  expect((await examine(port)).get('port')).toMatchObject({
    state: 'failed',
    detail: expect.stringContaining('EADDRINUSE'),
  })
  expect((await examine(port, { pid: 1, url: null, version: '1.0.0' })).has('port')).toBe(false)
  await new Promise((resolve) => other.close(resolve))
})

test('a server of another version is told', async () => {
  expect((await examine(0, { pid: 1, url: null, version: '0.9.0' })).get('server')).toMatchObject({
    state: 'warning',
    fix: expect.stringContaining('restart'),
  })
})

test('a home open to other users is told', async () => {
  await chmod(home, 0o755)
  expect((await examine()).get('home')).toMatchObject({ state: 'warning', fix: `Run: chmod 700 ${home}` })
})
