import { readdir } from 'node:fs/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type FakeDesktop, fakeDesktop } from '../testing/fake-desktop.ts'
import { openerEnvironment, openerFor } from './browser-opener.ts'
import { setupFilePath } from './setup-file.ts'
import { startAtTerminal } from './test-bin.ts'

const LONG = { timeout: 15_000 }
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
  const QUIET = { KEYWAY_PORT: '0', KEYWAY_CATALOGUE__REFRESH: 'false' }

  async function desktop(script: string): Promise<FakeDesktop> {
    const made = await fakeDesktop(script)
    onTestFinished(made.remove)
    return made
  }

  /** A server at a terminal, and what that has shown so far. */
  function serve(env: Record<string, string>, args: readonly string[] = ['serve']) {
    const child = startAtTerminal(args, { env: { ...QUIET, ...env } })
    let shown = ''
    child.stdout?.on('data', (part: Buffer) => {
      shown += part.toString()
    })
    const closed = new Promise<void>((resolve) => child.once('close', () => resolve()))
    const stop = async () => {
      child.stdin?.write('\u0003')
      await closed
      return shown
    }
    // Also where the test failed before it got there.
    onTestFinished(async () => {
      if (child.exitCode === null) await stop()
    })
    return {
      stop,
      async shows(what: RegExp | string): Promise<string> {
        await expect.poll(() => shown, LONG).toMatch(what)
        return shown
      },
    }
  }

  test('the first start opens the link by a file for its owner alone, which is gone when the link is used', async () => {
    const { env, user, told, forget } = await desktop('echo "$#"; echo "$1"; stat -c %a "$1"; cat "$1"; env')
    const server = serve({ ...env, OPENAI_API_KEY: 'sk-jackdaw-0123456789abcdef' })
    const shown = await server.shows(/Your browser opens[\s\S]*\/setup#[0-9A-Za-z]{43}[\s\S]*demo/)
    const [link = '', url = '', token = ''] = /(http:\/\/localhost:\d+)\/setup#([0-9A-Za-z]{43})/.exec(shown) ?? []
    await expect.poll(() => told().catch(() => ''), LONG).not.toBe('')
    const read = await told()
    const [count, path, mode] = read.split('\n')
    expect([count, mode]).toEqual(['1', '600'])
    expect(path).toMatch(/\/ada\/keyway-setup-[0-9a-f]{8}\.html$/)
    expect(read).toContain(`content="0; url=${link}"`)
    expect(read).not.toContain('jackdaw')
    expect(await readdir(user)).toContain(path?.split('/').at(-1))

    const headers = { origin: url, 'content-type': 'application/json' }
    const body = JSON.stringify({ token })
    const entered = await fetch(`${url}/api/app/setup/this-machine`, { method: 'POST', headers, body })
    expect(entered.status).toBe(200)
    await expect.poll(() => readdir(user), LONG).toEqual(['.local'])
    expect(await server.stop()).not.toContain('did not open')

    // From now on there is an owner.
    await forget()
    const again = serve(env)
    expect(await again.shows('Stop with ctrl-C')).not.toContain('setup#')
    await again.stop()
    await expect(told()).rejects.toThrow('ENOENT')
  })

  test('a browser that does not open is one line beside the link; --no-open opens none; a stop leaves no file', async () => {
    const { env, user, told, forget } = await desktop('exit 3')
    const server = serve(env)
    expect(await server.shows('xdg-open ended with 3')).toMatch(/\/setup#[0-9A-Za-z]{43}/)
    await server.stop()
    expect(await readdir(user)).toEqual(['.local'])
    await forget()
    const other = serve(env, ['serve', '--no-open'])
    await other.shows(/Open this once[\s\S]*demo/)
    await other.stop()
    await expect(told()).rejects.toThrow('ENOENT')
  })

  test('the demo opens its sign-in link the same way, and leaves no file behind', async () => {
    const { env, user, told } = await desktop('cat "$1"')
    const demo = serve(env, ['demo'])
    const [link = ''] = /http:\/\/localhost:\d+\/setup#[0-9A-Za-z]{43}/.exec(await demo.shows('End with ctrl-C')) ?? []
    await expect.poll(() => told().catch(() => ''), LONG).toContain(`url=${link}"`)
    expect(await readdir(user)).toEqual([expect.stringMatching(/^keyway-setup-/)])
    await demo.stop()
    expect(await readdir(user)).toEqual([])
  })
})
