import { chmod, mkdir, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { KeywayError } from '../base/errors.ts'
import { ABSENT, askServer } from './control-client.ts'
import { CONTROL_BYTES_MAX } from './control-message.ts'
import { serveControl } from './control-server.ts'
import { ensurePrivateFolder, socketPlace } from './socket-path.ts'

let home: string
let reported: unknown[]

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'keyway-control-'))
  reported = []
})

afterEach(() => rm(home, { recursive: true, force: true }))

function serve(run: (act: string, args: unknown) => Promise<unknown>, of = home) {
  return serveControl({ home: of, run, report: (error) => reported.push(error) })
}

/** Sends raw text and gives all that comes back. */
function raw(path: string, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path, allowHalfOpen: true })
    let reply = ''
    socket.on('data', (part) => {
      reply += part.toString()
    })
    socket.on('error', reject)
    socket.on('close', () => resolve(reply))
    socket.on('end', () => socket.end())
    socket.end(text)
  })
}

describe('what is refused', () => {
  test('no server, or a socket left behind by one that died, is absence', async () => {
    expect(await askServer(home, 'keys.list', {})).toBe(ABSENT)
    await writeFile(join(home, 'keyway.sock'), '')
    expect(await askServer(home, 'keys.list', {})).toBe(ABSENT)
    const server = await serve(async () => 'alive')
    expect(await askServer(home, 'x', {})).toBe('alive')
    await server.close()
  })

  test('text that is no request, without repeating it', async () => {
    const server = await serve(async () => 1)
    for (const text of ['', 'sk-canary', '{"act":1}', '[]', '{"act":"x","args":{},"more":1}']) {
      const reply = await raw(server.path, text)
      expect(JSON.parse(reply), text).toMatchObject({ ok: false })
      expect(reply).not.toContain('canary')
    }
    expect(reported).toEqual([])
    await server.close()
  })

  test('a request that is too long', async () => {
    const server = await serve(async () => 1)
    const reply = await raw(server.path, `"${'x'.repeat(CONTROL_BYTES_MAX)}"`)
    expect(reply).toContain('body_too_large')
    await server.close()
  })

  test('errors of ours travel whole; others are told by name only, and reported', async () => {
    const server = await serve(async (act) => {
      if (act === 'ours') throw new KeywayError('not_found', 'There is no such key.', { fix: 'List them.' })
      throw new Error('the secret is sk-canary')
    })
    await expect(askServer(home, 'ours', {})).rejects.toMatchObject({
      code: 'not_found',
      message: 'There is no such key.',
      fix: 'List them.',
    })
    const failure = await askServer(home, 'theirs', {}).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'internal' })
    expect(String(failure)).not.toContain('canary')
    expect(reported).toHaveLength(1)
    await server.close()
  })

  test('a server that speaks otherwise is told apart', async () => {
    const other = createServer({ allowHalfOpen: true }, (socket) => socket.resume().end('{"hello":1}'))
    await new Promise<void>((resolve) => other.listen(join(home, 'keyway.sock'), resolve))
    await expect(askServer(home, 'x', {})).rejects.toMatchObject({ code: 'internal' })
    await new Promise((resolve) => other.close(resolve))
  })

  test('a folder under /tmp that is open to others, or a link, is not used', async () => {
    const userId = process.getuid?.() ?? 0
    const open = join(home, 'open')
    await mkdir(open)
    await chmod(open, 0o755)
    await expect(ensurePrivateFolder(open, userId)).rejects.toThrow('0700')
    const target = join(home, 'target')
    await mkdir(target, { mode: 0o700 })
    await symlink(target, join(home, 'link'))
    await expect(ensurePrivateFolder(join(home, 'link'), userId)).rejects.toThrow('0700')
    await expect(ensurePrivateFolder(target, userId + 1)).rejects.toThrow('0700')
    await ensurePrivateFolder(join(home, 'fresh'), userId)
  })
})

describe('what is served', () => {
  test('arguments and results travel whole, many at once', async () => {
    const server = await serve(async (act, args) => ({ act, args }))
    const questions = Array.from({ length: 50 }, (_, index) => ({ index, text: '\u00fc\n"\u{1f600}'.repeat(2000) }))
    const answers = await Promise.all(questions.map((args) => askServer(home, 'echo', args)))
    expect(answers).toEqual(questions.map((args) => ({ act: 'echo', args })))
    await server.close()
  })

  test('only this user can open the socket', async () => {
    const server = await serve(async () => 1)
    expect((await stat(server.path)).mode & 0o777).toBe(0o600)
    await server.close()
    expect(await askServer(home, 'x', {})).toBe(ABSENT)
  })

  test('a home whose path is too long for a socket is served all the same', async () => {
    const long = join(home, 'x'.repeat(120))
    await mkdir(long)
    const place = socketPlace(long, 'linux', process.getuid?.() ?? 0)
    expect(Buffer.byteLength(place.path)).toBeLessThan(100)
    const server = await serve(async () => 'served', long)
    expect(server.path).toBe(place.path)
    expect(await askServer(long, 'x', {})).toBe('served')
    await server.close()
  })

  test('a client that leaves in the middle harms nothing', async () => {
    const server = await serve(async () => 'still here')
    await new Promise<void>((resolve) => {
      const socket = connect(server.path, () => {
        socket.write('{"act":')
        socket.destroy()
      })
      socket.on('close', () => resolve())
    })
    expect(await askServer(home, 'x', {})).toBe('still here')
    await server.close()
  })
})
