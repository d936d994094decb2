import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer as createSite } from 'node:http'
import { tmpdir } from 'node:os'
import { delimiter, dirname, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { freePort } from '../examples/testing/running-example.ts'
import { type Simulation, startSimulation } from '../packages/sim/src/index.ts'
import { launchBrowser } from '../packages/web/e2e/find-browser.ts'
import { stageConnect } from './build-connect.ts'
import { readBlocks } from './readme-blocks.ts'
import { NO_INTERNET, type Place, runToEnd } from './running-keyway.ts'

const ROOT = fileURLToPath(new URL('../', import.meta.url))
const TEXTS = ['packages/connect/README.md', 'docs/connect.md', 'docs/pkce.md'].map((file) =>
  readFileSync(join(ROOT, file), 'utf8'),
)

let work: string
let place: Place
let staged: string
let simulation: Simulation

beforeAll(async () => {
  work = mkdtempSync(join(tmpdir(), 'keyway-connect-pack-'))
  simulation = await startSimulation()
  const folder = join(work, 'app')
  mkdirSync(folder)
  const PATH = `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`
  place = { folder, env: { PATH, HOME: work, ...NO_INTERNET } }
  staged = join(work, 'staged')
  stageConnect(staged)
  const pack = ['pack', '--json', '--ignore-scripts', '--pack-destination', work]
  const said = execFileSync('npm', pack, { cwd: staged, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  const packed = Object.values<{ filename: string }>(JSON.parse(said))[0]?.filename ?? ''
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n')
  await runToEnd(['npm', 'install', '--no-audit', '--no-fund', '--offline', join(work, packed)], place)
}, 120_000)
afterAll(async () => {
  await simulation.close()
  rmSync(work, { recursive: true, force: true })
})
beforeEach(() => {
  simulation.reset()
  simulation.openrouter.account.consent = 'approve'
})

/** The code that the texts show under that name, as it stands but for who the issuer is. */
function written(name: string): string {
  for (const text of TEXTS) {
    const code = new RegExp(`^\`\`\`jsx?\\n// ${name.replace('.', '\\.')}\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(text)?.[1]
    if (code !== undefined)
      return code.replaceAll('issuer: OPENROUTER', `issuer: ${JSON.stringify(simulation.openrouter.siteUrl)}`)
  }
  throw new Error(`no text shows ${name}`)
}

/** Lines that do something. */
const linesOf = (code: string) => code.split('\n').filter((line) => line.trim() !== '' && !/^(?:\/\/|<!-- )/.test(line))

/** Puts it into the folder. */
function put(name: string, change: (code: string) => string = (code) => code): string {
  const file = join(place.folder, name)
  writeFileSync(file, change(written(name)))
  return file
}

/** Runs a program; each line that it writes may be answered on its standard input. */
async function talk(file: string, answer: (said: string) => Promise<string | undefined>): Promise<string> {
  const child = spawn(process.execPath, [file], { cwd: place.folder, env: { ...place.env, PATH: '' }, stdio: 'pipe' })
  let [out, said] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text
  })
  child.stderr.setEncoding('utf8').on('data', async (text: string) => {
    said += text
    const line = await answer(said)
    if (line !== undefined) child.stdin.write(`${line}\n`)
  })
  const [code] = await once(child, 'close')
  expect(code, said).toBe(0)
  return out
}

describe('the packed @keyway/connect', () => {
  test('has modules and types for every door, its README and licence, and no source, test or dependency', () => {
    const manifest: { exports: Record<string, string | { types: string; default: string }> } & Record<string, unknown> =
      JSON.parse(readFileSync(join(staged, 'package.json'), 'utf8'))
    for (const door of Object.values(manifest.exports)) {
      for (const file of typeof door === 'string' ? [door] : [door.types, door.default]) {
        expect(existsSync(join(staged, file)), file).toBe(true)
      }
    }
    expect(manifest).not.toHaveProperty('private')
    expect(manifest).not.toHaveProperty('dependencies')
    expect(manifest).not.toHaveProperty('scripts')
    expect(existsSync(join(staged, 'README.md')) && existsSync(join(staged, 'LICENSE'))).toBe(true)
    const installed = execFileSync('find', [join(place.folder, 'node_modules'), '-type', 'f'], { encoding: 'utf8' })
    expect(installed).not.toMatch(/(?<!\.d)\.ts$|\.test\.|testing/m)
  })

  test('every door is imported by plain JavaScript in an empty folder', async () => {
    const { exports }: { exports: Record<string, unknown> } = JSON.parse(
      readFileSync(join(staged, 'package.json'), 'utf8'),
    )
    // React is the app's own, and is not there.
    const doors = Object.keys(exports).filter((door) => !['./react', './package.json'].includes(door))
    const names = doors.map((door) => `@keyway/connect${door.slice(1)}`)
    const program = `for (const name of ${JSON.stringify(names)}) { const door = await import(name); if (Object.keys(door).length === 0) throw new Error(name) }`
    await runToEnd([process.execPath, '--input-type=module', '-e', program], place)
    expect(doors.length).toBeGreaterThan(10)
  })

  test('its types are sound for whoever uses them strictly', async () => {
    const use = `
      import { createAuthorization, exchangeCode, finishAuthorization, readCallback } from '@keyway/connect'
      import { createServerConnect } from '@keyway/connect/server'
      import { createSealedStore } from '@keyway/connect/store'
      export const begun = createAuthorization({ issuer: 'https://openrouter.ai' })
      // @ts-expect-error what nobody began cannot be finished
      void finishAuthorization({ issuer: 'x', verifier: 'y', state: 'z', expiresAt: 1, url: '' }, '?code=x')
      // @ts-expect-error nor what was copied, and so is not spent with the one that was begun
      void begun.then((one) => finishAuthorization({ ...one }, '?code=x'))
      // @ts-expect-error nor what was kept, before it was restored
      void begun.then((one) => finishAuthorization(one.keep(), '?code=x'))
      // @ts-expect-error nor a code in place of the callback
      void begun.then((one) => finishAuthorization(one, readCallback('?code=x', { state: 'y' })))
      // @ts-expect-error a code that nobody checked cannot be exchanged
      void exchangeCode('code', { issuer: 'x', verifier: 'y' })
      // @ts-expect-error nor one that looks like it
      void exchangeCode({ reveal: () => 'code' }, { issuer: 'x', verifier: 'y' })
      // @ts-expect-error a callback is not checked without the state that was sent
      readCallback('?code=x', { issuer: 'x' })
      export { createServerConnect, createSealedStore }`
    writeFileSync(join(place.folder, 'use.ts'), use)
    const options = [
      '--noEmit',
      '--strict',
      '--module',
      'nodenext',
      '--target',
      'es2022',
      '--lib',
      'es2022,dom,dom.iterable',
      '--types',
      '',
    ]
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc')
    expect(await runToEnd([process.execPath, tsc, ...options, 'use.ts'], place)).toBe('')
  })
})

const versionOf = (program: string) => spawnSync(program, ['--version'], { encoding: 'utf8' }).stdout?.trim() ?? ''

/** Beside the Node that runs the tests: whatever else the machine has that we name, an older Node of its own too. */
const programs: Record<string, string[]> = { node: [process.execPath] }
for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
  const version = versionOf(join(folder, 'node'))
  if (/^v2\d\./.test(version) && version !== process.version) programs[`node ${version}`] = [join(folder, 'node')]
}
/** Runtimes that have to be there: scripts/test-frameworks.ts brings them. */
const demanded = (process.env['KEYWAY_RUNTIMES'] ?? '').split(',')
for (const command of [['bun'], ['deno', 'run', '--allow-all']]) {
  const [name = ''] = command
  if (versionOf(name) !== '' || demanded.includes(name)) programs[name] = command
}

test.each(Object.entries(programs))('%s goes through every door', async (runtime, command) => {
  const program = join(place.folder, 'every-runtime.js')
  cpSync(join(ROOT, 'packages/connect/src/testing/every-runtime.js'), program)
  const out = await runToEnd([...command, program, simulation.openrouter.siteUrl, join(work, runtime)], place)
  expect(out).toBe('every door works\n')
})

describe('what README and guide show', () => {
  test('is ten lines or fewer for every kind of app', () => {
    const blocks = readBlocks(TEXTS[0] ?? '').filter(({ language }) => ['js', 'jsx', 'html'].includes(language))
    expect(blocks.length).toBeGreaterThan(6)
    for (const { code } of blocks) expect(linesOf(code).length, code).toBeLessThanOrEqual(10)
  })

  test('the page without a bundler, in a browser, as it is', async () => {
    const [html = ''] = readBlocks(TEXTS[0] ?? '').flatMap(({ code }) => (code.includes('page.html') ? [code] : []))
    const button = `<connect-button issuer="${simulation.openrouter.siteUrl}"`
    writeFileSync(join(place.folder, 'page.html'), html.replace('<connect-button', button))
    const types: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript' }
    const site = createSite((request, response) => {
      const path = new URL(request.url ?? '/', 'http://localhost').pathname
      const file = join(place.folder, path)
      if (!existsSync(file)) return response.writeHead(404).end()
      return response.writeHead(200, { 'content-type': types[extname(path)] ?? '' }).end(readFileSync(file))
    }).listen(0, 'localhost')
    await once(site, 'listening')
    const browser = await launchBrowser()
    try {
      const address = site.address()
      const page = await browser.newPage()
      page.setDefaultTimeout(10_000)
      await page.goto(`http://localhost:${typeof address === 'object' ? address?.port : 0}/page.html`)
      await page.getByRole('button', { name: 'Connect with OpenRouter' }).click()
      await page.waitForFunction(`document.title === 'connected as user_simulated'`)
      expect(new URL(page.url()).search).toBe('')
    } finally {
      await browser.close()
      site.close()
    }
  })

  test('the server, with its store', async () => {
    const port = await freePort()
    const file = put('server.js', (code) => code.replaceAll('3000', String(port)))
    const child = spawn(process.execPath, [file], { cwd: place.folder, env: place.env, stdio: 'ignore' })
    try {
      const url = `http://localhost:${port}`
      const started = await untilAnswered(`${url}/connect/start?return_to=/chat`)
      const approved = await fetch(started.headers.get('location') ?? '', { redirect: 'manual' })
      const cookie = started.headers.getSetCookie()[0]?.split(';')[0] ?? ''
      const ended = await fetch(approved.headers.get('location') ?? '', { redirect: 'manual', headers: { cookie } })
      expect(ended.headers.get('location')).toBe('/chat?connect=done')
      expect(simulation.openrouter.account.keys()).toHaveLength(1)
    } finally {
      child.kill('SIGKILL')
      await once(child, 'close')
    }
  })

  test('the page', async () => {
    put('browser.js')
    // The least that a page is.
    const driver = `
      const kept = new Map(), handlers = []
      let left
      globalThis.window = {
        location: { href: 'http://localhost:1/app', assign: (url) => { left = url } },
        history: { state: null, replaceState: (_s, _u, url) => { window.location.href = url } },
        sessionStorage: {
          get length() { return kept.size }, key: (i) => [...kept.keys()][i], getItem: (name) => kept.get(name) ?? null,
          setItem: (name, value) => kept.set(name, value), removeItem: (name) => kept.delete(name),
        },
      }
      globalThis.document = { querySelector: () => ({ addEventListener: (_type, handler) => handlers.push(handler) }) }
      await import('./browser.js?1')
      await handlers[0]()
      window.location.href = (await fetch(left, { redirect: 'manual' })).headers.get('location')
      await import('./browser.js?2')`
    const out = await runToEnd([process.execPath, '--input-type=module', '-e', driver], place)
    expect(out).toBe('connected as user_simulated\n')
  })

  test('the React button can be bundled, and the web component\u2019s attributes are those that it reads', async () => {
    put('button.jsx')
    const bundle = await rolldown({ cwd: place.folder, input: 'button.jsx', external: [/^react/], platform: 'browser' })
    const { output } = await bundle.generate({ format: 'esm' })
    await bundle.close()
    expect(output[0].code).toContain('ConnectButton')
    const source = readFileSync(join(ROOT, 'packages/connect/src/ui/element.ts'), 'utf8')
    const [html = ''] = /<connect-button[^>]*>/.exec(TEXTS[0] ?? '') ?? []
    const attributes = [...html.matchAll(/([\w-]+)="/g)].map(([, name = '']) => name)
    expect(attributes).toEqual(['key-label', 'limit', 'label-idle'])
    for (const name of attributes) expect(source).toContain(name.replace(/^label-.*/, 'label-'))
  })

  test('the terminal, with a browser and without', async () => {
    let opened = false
    const out = await talk(put('cli.js'), async (said) => {
      const url = /^http\S+$/m.exec(said)?.[0]
      if (url === undefined || opened) return undefined
      opened = true
      await (await fetch(url)).text()
      return undefined
    })
    expect(out).toMatch(/^connected: a key of \d+ characters\n$/)
    let answered = false
    const headless = await talk(put('headless.js'), async (said) => {
      const url = /^Open (\S+)$/m.exec(said)?.[1]
      if (url === undefined || answered) return undefined
      answered = true
      return /id="code">([^<]+)</.exec(await (await fetch(url)).text())?.[1]
    })
    expect(headless).toBe(out)
    expect(simulation.openrouter.account.keys()).toHaveLength(2)
  })

  test('the two steps by hand, the table in SQL, and the challenge', async () => {
    put('by-hand.js')
    const driver = `
      let shown
      const { log } = console
      console.log = (text) => { shown = text }
      const { finish } = await import('./by-hand.js')
      const callback = (await fetch(shown, { redirect: 'manual' })).headers.get('location')
      log((await finish(callback)).userId)`
    expect(await runToEnd([process.execPath, '--input-type=module', '-e', driver], place)).toBe('user_simulated\n')
    expect(await runToEnd([process.execPath, put('sql.js')], place)).toBe('a key\n')
    const challenge = await runToEnd([process.execPath, put('pkce.js')], place)
    expect(challenge).toBe('E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM\n')
  })

  test('the commands', async () => {
    mkdirSync(join(place.folder, 'node_modules/.bin'), { recursive: true })
    symlinkSync(join(ROOT, 'packages/server/bin/keyway.js'), join(place.folder, 'node_modules/.bin/keyway'))
    const shell = [...(TEXTS[2] ?? '').matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, code = '']) => code)
    const said: string[] = []
    for (const code of shell)
      said.push(await runToEnd(['bash', '-euo', 'pipefail', '-c', code.replaceAll('npx ', 'npx --no-install ')], place))
    expect(said).toEqual([
      expect.stringMatching(/^verifier +[\w-]{43}\nchallenge +[\w-]{43}\n/),
      'They belong together.\n',
    ])
  })
})

/** A program needs a moment until it listens. @throws Error when it never does */
async function untilAnswered(url: string): Promise<Response> {
  for (const end = performance.now() + 20_000; performance.now() < end; ) {
    const response = await fetch(url, { redirect: 'manual' }).catch(() => undefined)
    if (response !== undefined) return response
  }
  throw new Error('nobody listens')
}
