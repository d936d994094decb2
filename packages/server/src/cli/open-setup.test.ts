import type { ChildProcess } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openerEnvironment, openerFor } from './browser-opener.ts'
import { setupFilePath } from './setup-file.ts'
import { startAtTerminal } from './test-bin.ts'

const DESKTOP = { DISPLAY: ':0' }
const opener = (env: Record<string, string>, platform: NodeJS.Platform = 'linux') =>
  openerFor({ env, platform, atTerminal: true })

test.each([
  ['in a build', { CI: 'true' }],
  ['over SSH', { SSH_CONNECTION: '203.0.113.7 50000 203.0.113.8 22' }],
  ['under sudo', { SUDO_USER: 'ada' }],
])('no browser is opened %s, on any platform', (_where, env) => {
  for (const platform of ['linux', 'darwin', 'win32'] as const)
    expect(opener({ ...DESKTOP, ...env }, platform)).toBeUndefined()
})

test('no browser is opened into a pipe, nor where there is no screen', () => {
  expect(openerFor({ env: DESKTOP, platform: 'linux', atTerminal: false })).toBeUndefined()
  expect(opener({})).toBeUndefined()
})

test('each desktop has a program of its own for it', () => {
  expect(opener({ ...DESKTOP, CI: 'false' })?.program).toBe('xdg-open')
  expect(opener({ WAYLAND_DISPLAY: 'wayland-0' })?.program).toBe('xdg-open')
  expect(opener({}, 'darwin')?.program).toBe('/usr/bin/open')
  expect(opener({ SystemRoot: 'D:\\Windows' }, 'win32')?.program).toBe('D:\\Windows\\explorer.exe')
  expect(opener({ WSL_DISTRO_NAME: 'Debian' })).toMatchObject({ program: 'explorer.exe', paths: 'windows' })
})

test('the file stands where a confined browser may read it', () => {
  const at = (home: string, platform: NodeJS.Platform = 'linux') =>
    setupFilePath(home, { platform, userHome: '/home/ada', workingFolder: '/' }).replace(/-[0-9a-f]{8}\./, '.')
  expect(at('/home/ada/.local/share/keyway')).toBe('/home/ada/keyway-setup.html')
  expect(at('/tmp/keyway-demo-1')).toBe('/home/ada/keyway-setup.html')
  expect(at('/home/ada/keyway/data')).toBe('/home/ada/keyway/data/keyway-setup.html')
  expect(at('/home/ada/Library/keyway', 'darwin')).toBe('/home/ada/Library/keyway/keyway-setup.html')
})

test('the browser gets nothing of the environment that is secret, or meant for the server', () => {
  const env = {
    PATH: '/bin',
    DISPLAY: ':0',
    OPENAI_API_KEY: 'k',
    MALLOC_ARENA_MAX: '2',
    KEYWAY_HOME: '/x',
    NODE_OPTIONS: '-',
  }
  expect(openerEnvironment({ ...env, npm_config_registry: 'r', GITHUB_TOKEN: 't' })).toEqual({
    PATH: '/bin',
    DISPLAY: ':0',
  })
})

describe.runIf(process.platform === 'linux')('at a terminal', () => {
  let folder: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'keyway-open-'))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  /** Stands for the desktop's own program: tells what it was given, and what the file says. */
  async function desktop(name: string, script: string): Promise<{ told: string; env: Record<string, string> }> {
    const [bin, user, told] = [join(folder, name, 'bin'), join(folder, name, 'ada'), join(folder, name, 'told')]
    for (const made of [bin, user]) await mkdir(made, { recursive: true })
    await writeFile(join(bin, 'xdg-open'), `#!/bin/sh\n${script.replaceAll('TOLD', told)}\n`)
    await chmod(join(bin, 'xdg-open'), 0o755)
    const path = `${bin}:${process.env['PATH']}`
    const quiet = { KEYWAY_PORT: '0', KEYWAY_CATALOGUE__REFRESH: 'false' }
    return { told, env: { ...DESKTOP, ...quiet, PATH: path, HOME: user, KEYWAY_OPEN: 'on' } }
  }

  /** A server at a terminal, and what that has shown so far. */
  function serve(env: Record<string, string>, args: readonly string[] = []) {
    const child: ChildProcess = startAtTerminal(['serve', ...args], { env })
    const at = { shown: '' }
    child.stdout?.on('data', (part: Buffer) => {
      at.shown += part.toString()
    })
    const closed = new Promise<number | null>((resolve) => child.once('close', resolve))
    return {
      shows: (what: RegExp | string) =>
        expect
          .poll(() => at.shown, { timeout: 15_000 })
          .toMatch(what)
          .then(() => at.shown),
      async stop() {
        child.stdin?.write('\u0003')
        await closed
        return at.shown
      },
    }
  }

  test('the first start opens the link by a file for its owner alone, which is gone when the link is used', async () => {
    const { told, env } = await desktop(
      'first',
      `{ echo "$#"; echo "$1"; stat -c %a "$1"; cat "$1"; env; } > TOLD.part; mv TOLD.part TOLD`,
    )
    const secret = { OPENAI_API_KEY: 'sk-jackdaw-0123456789abcdef' }
    const server = serve({ ...env, ...secret })
    const shown = await server.shows(/Your browser opens[\s\S]*\/setup#[0-9A-Za-z]{43}[\s\S]*demo/)
    const [link = '', url = '', token = ''] = /(http:\/\/localhost:\d+)\/setup#([0-9A-Za-z]{43})/.exec(shown) ?? []
    const read = await expect
      .poll(() => readFile(told, 'utf8'), { timeout: 15_000 })
      .not.toBe('')
      .then(() => readFile(told, 'utf8'))
    const [count, path, mode] = read.split('\n')
    expect([count, mode]).toEqual(['1', '600'])
    expect(path).toMatch(/\/ada\/keyway-setup-[0-9a-f]{8}\.html$/)
    expect(read).toContain(`content="0; url=${link}"`)
    expect(read).not.toContain('jackdaw')
    expect(await readdir(env['HOME'] ?? '')).toContain(path?.split('/').at(-1))

    const headers = { origin: url, 'content-type': 'application/json' }
    const entered = await fetch(`${url}/api/app/setup/this-machine`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ token }),
    })
    expect(entered.status).toBe(200)
    await expect.poll(() => readdir(env['HOME'] ?? ''), { timeout: 15_000 }).toEqual(['.local'])
    expect(await server.stop()).not.toContain('did not open')

    // From now on there is an owner.
    await rm(told)
    const again = serve(env)
    expect(await again.shows('Stop with ctrl-C')).not.toContain('setup#')
    await again.stop()
    await expect(readFile(told)).rejects.toThrow('ENOENT')
  })

  test('a browser that does not open is one line beside the link; --no-open opens none; a stop leaves no file', async () => {
    const { told, env } = await desktop('second', 'echo asked >> TOLD; exit 3')
    const server = serve(env)
    expect(await server.shows('xdg-open ended with 3')).toMatch(/\/setup#[0-9A-Za-z]{43}/)
    await server.stop()
    expect(await readdir(env['HOME'] ?? '')).toEqual(['.local'])
    const other = serve(env, ['--no-open'])
    await other.shows(/Open this once[\s\S]*demo/)
    await other.stop()
    expect(await readFile(told, 'utf8')).toBe('asked\n')
  })
})
