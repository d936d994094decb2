import type { ChildProcess } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { collect, firstLine, type Outcome, runBin, startBin } from './test-bin.ts'

const CANARY = 'sk-proj-jackdaw6f1e2d3c4b5a69788796a5b4c3d2e1f0'

const ready = z.object({
  url: z.string(),
  home: z.string(),
  sources: z.array(z.object({ name: z.string(), where: z.string() })),
})
const issued = z.object({ key: z.string(), hash: z.string(), name: z.string(), base_url: z.string() })

let home: string
let server: ChildProcess
let ended: Promise<Outcome>
let url: string
let upstream: Server
let upstreamUrl: string
/** Signals again and again from the moment when nothing is left to do but to end. */
const IMPATIENT = `
  import { spawn } from 'node:child_process'
  import { isMainThread } from 'node:worker_threads'
  const loop = 'while kill -TERM ' + process.pid + ' 2>/dev/null; do :; done'
  if (isMainThread) process.on('exit', () => spawn('sh', ['-c', loop], { stdio: 'ignore', detached: true }).unref())`
/** Everything that any command wrote, to look for the canary in. */
let written = ''

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'keyway-cli-'))
  server = startBin(['serve', '--json', '--port', '0'], {
    env: {
      KEYWAY_HOME: home,
      OPENAI_API_KEY: CANARY,
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(IMPATIENT)}`,
    },
  })
  ended = collect(server)
  const first = ready.parse(JSON.parse(await firstLine(server)))
  url = first.url
  expect(first.sources).toContainEqual(expect.objectContaining({ name: 'home', where: 'KEYWAY_HOME' }))
  expect(first.sources).toContainEqual(expect.objectContaining({ name: 'openai key', where: 'OPENAI_API_KEY' }))
  upstream = createServer((request, response) => {
    response.statusCode = request.headers.authorization === `Bearer ${CANARY}` ? 200 : 401
    response.setHeader('content-type', 'application/json').end('{"data":[],"error":{"message":"no"}}')
  })
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve))
  const address = upstream.address()
  upstreamUrl = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/v1`
})

afterAll(async () => {
  server.kill('SIGKILL')
  await ended
  await new Promise((resolve) => upstream.close(resolve))
  await rm(home, { recursive: true, force: true })
})

async function keyway(args: string[], stdin = ''): Promise<Outcome> {
  const outcome = await runBin(args, { env: { KEYWAY_HOME: home }, stdin })
  written += outcome.stdout + outcome.stderr
  return outcome
}

function statusWith(key: string): Promise<number> {
  return fetch(`${url}/api/v1/key`, { headers: { authorization: `Bearer ${key}` } }).then((response) => response.status)
}

describe('while the server runs', () => {
  test('a second server refuses the home and names the process', async () => {
    const { code, stderr } = await keyway(['serve', '--port', '0'])
    expect(code).toBe(1)
    expect(stderr).toContain(`process ${server.pid}`)
  })

  test('a restore is refused', async () => {
    const backup = join(home, 'copy.db')
    expect((await keyway(['backup', backup])).stdout).toContain('root key is not in it')
    const { code, stderr } = await keyway(['restore', backup])
    expect(code).toBe(1)
    expect(stderr).toContain(`process ${server.pid}`)
  })

  test('a key that the CLI makes works at once, and one that it revokes does not', async () => {
    const { key, hash, base_url } = issued.parse(
      JSON.parse((await keyway(['keys', 'create', '--name', 'ci', '--json'])).stdout),
    )
    expect(base_url).toBe(`${url}/api/v1`)
    expect(await statusWith(key)).toBe(200)
    expect((await keyway(['keys', 'disable', 'ci'])).code).toBe(0)
    expect(await statusWith(key)).toBe(401)
    expect((await keyway(['keys', 'enable', hash])).code).toBe(0)
    expect(await statusWith(key)).toBe(200)
    expect((await keyway(['keys', 'revoke', hash.slice(0, 10)])).code).toBe(0)
    expect(await statusWith(key)).toBe(401)
  })

  test('--print gives assignments and nothing else', async () => {
    const { stdout } = await keyway(['keys', 'create', '--print', 'sh'])
    const lines = stdout.trimEnd().split('\n')
    expect(lines.map((line) => line.split('=')[0])).toEqual([
      'export OPENAI_API_KEY',
      'export OPENAI_BASE_URL',
      'export KEYWAY_API_KEY',
      'export KEYWAY_BASE_URL',
    ])
    expect(await statusWith(/'(kwy_[^']+)'/.exec(stdout)?.[1] ?? '')).toBe(200)
  })

  test('a provider\u2019s key comes by standard input, is checked, and is shown nowhere', async () => {
    const add = ['providers', 'add', 'mine', '--base-url', upstreamUrl, '--allow-private', '--key-stdin']
    const wrong = await keyway(add, 'sk-wrong-000000000000000000000000')
    expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining('Nothing was stored')])
    expect(await keyway([...add, '--json'], ` "Bearer ${CANARY}"\n`)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('"outcome":"valid"'),
    })
    expect((await keyway(['providers', 'test', 'mine'])).code).toBe(0)
    const { stdout } = await keyway(['providers', 'list'])
    expect(stdout).toContain('from the environment')
    expect(stdout).toContain('mine')
  })

  test('a key on the command line is refused and not repeated', async () => {
    for (const args of [
      ['providers', 'add', 'openai', CANARY],
      ['providers', 'add', 'openai', '--key', CANARY],
      ['providers', 'add', '--key-ref', CANARY],
    ]) {
      expect((await keyway(args)).code, args.join(' ')).toBe(2)
    }
  })

  test('the doctor finds the server and no failure', async () => {
    const { code, stdout } = await keyway(['doctor', '--offline', '--json'])
    expect([code, JSON.parse(stdout)]).toEqual([0, expect.objectContaining({ ok: true })])
    expect(stdout).toContain(`process ${server.pid}`)
  })

  test('the vault rotates, and the stored key still opens', async () => {
    expect((await keyway(['vault', 'rotate', '--data-keys', '--json'])).stdout).toContain('"primary":2')
    expect((await keyway(['providers', 'test', 'mine'])).code).toBe(0)
  })

  test('the socket and the files of the home are for this user alone', async () => {
    const modes = await Promise.all(
      ['keyway.sock', 'keyway.db', 'root.key'].map(async (name) => (await stat(join(home, name))).mode & 0o077),
    )
    expect(modes).toEqual([0, 0, 0])
    expect((await stat(join(home, 'root.key'))).mode & 0o777).toBe(0o400)
  })
})

describe('after it was stopped', () => {
  test('SIGTERM ends it with 0, however often it comes at the end; nothing that was written holds a secret', async () => {
    server.kill('SIGTERM')
    const { code, stdout, stderr } = await ended
    expect([code, stderr]).toEqual([0, expect.stringContaining('SIGTERM')])
    expect(await readdir(home)).not.toContain('keyway.sock')
    expect(written + stdout + stderr).not.toContain('jackdaw')
    const database = await readFile(join(home, 'keyway.db'), 'latin1')
    expect(database.includes('jackdaw')).toBe(false)
  })

  test('calls cannot be followed: that would keep a server from starting', async () => {
    expect(await keyway(['usage', '--follow'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('No server runs'),
    })
  })

  test('the CLI opens the home by itself', async () => {
    const { stdout } = await keyway(['keys', 'list', '--json'])
    expect(JSON.parse(stdout)).toHaveLength(1)
    expect((await keyway(['users', 'setup-link', 'owner'])).stdout).toContain('/setup#')
    expect((await keyway(['credits', 'grant', 'owner', '10.00', '--json'])).stdout).toContain('"balance":10')
  })
})
