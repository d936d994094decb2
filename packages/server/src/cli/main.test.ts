import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { makeToken } from '../keys/token.ts'
import { runBin } from './test-bin.ts'

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keyway-main-'))
})

afterAll(() => rm(folder, { recursive: true, force: true }))

describe('exit codes', () => {
  test.each([
    [2, ['frobnicate']],
    [2, ['keys', 'create', '--limit', 'much']],
    [2, ['keys', 'rotate', 'x']],
    [2, ['serve', '--port', 'x']],
    [2, ['serve', '--host', '0.0.0.0']],
    [2, ['config', 'show', '--config', 'absent.yaml']],
    [1, ['keys', 'show', 'nobody']],
    [0, ['--version']],
    [0, ['keys', 'create', '--help']],
  ])('%i for keyway %j', async (code, args) => {
    const env = { KEYWAY_HOME: join(folder, 'home') }
    const outcome = await runBin(args, { env, cwd: folder })
    expect([outcome.code, outcome.stderr === '']).toEqual([code, code === 0])
  })

  test('with --json a failure is one JSON line on standard error', async () => {
    const { stdout, stderr } = await runBin(['serve', '--port', 'x', '--json'], { cwd: folder })
    expect(stdout).toBe('')
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'usage', message: expect.stringContaining('--port') } })
  })
})

test('the configuration is checked as a whole, by file and line', async () => {
  await writeFile(join(folder, 'bad.yaml'), 'prot: 1\nlimits:\n  calls: many\n')
  const { code, stdout } = await runBin(['config', 'validate', '--config', 'bad.yaml', '--json'], { cwd: folder })
  expect(code).toBe(1)
  const file = join(folder, 'bad.yaml')
  expect(JSON.parse(stdout)).toMatchObject({
    valid: false,
    problems: [
      { name: 'prot', file, line: 1 },
      { name: 'limits.calls', file, line: 3 },
    ],
  })
})

test('a provider\u2019s key that is not where it was said to be is told of, by file and line', async () => {
  const file = join(folder, 'keys.yaml')
  await writeFile(
    file,
    'providers:\n  - provider: acme\n    base_url: https://acme.example/v1\n    key: { env: ABSENT }\n  - provider: openai\n    key: { file: absent.key }\n',
  )
  const env = { GROQ_API_KEY_FILE: join(folder, 'gone.key') }
  const { code, stdout } = await runBin(['config', 'validate', '--config', file, '--json'], { cwd: folder, env })
  expect([code, JSON.parse(stdout)]).toEqual([
    0,
    {
      valid: true,
      problems: [],
      warnings: [
        { name: 'providers[0].key', message: 'The environment variable ABSENT is not set', file, line: 4 },
        { name: 'providers[1].key', message: expect.stringContaining('absent.key'), file, line: 6 },
        { name: 'GROQ_API_KEY_FILE', message: expect.stringContaining('gone.key') },
      ],
    },
  ])
})

test('whatever is wrong is told at once: settings, files that are not there, and keys that cannot be read', async () => {
  const file = join(folder, 'all.yaml')
  const lines = [
    'prot: 1',
    'tls: { cert: absent.pem, key: absent.pem }',
    'providers:',
    '  - provider: openai',
    '    key: { file: absent.key }',
    '    reach: everybody',
    'sign_in:',
    '  providers:',
    '    - { id: g, kind: google, client_id: c, client_secret: { env: NOT_SET } }',
    'mail: { host: mail.example, from: a@mail.example, user: u, password: { file: /absent/mail } }',
  ]
  await writeFile(file, lines.join('\n'))
  const env = { KEYWAY_PORT: 'many', GROQ_API_KEY: 'a b', XAI_API_KEY: 'x', XAI_API_KEY_FILE: '/absent/xai' }
  const all = await runBin(['config', 'validate', '--config', file, '--json'], { cwd: folder, env })
  const { problems, warnings } = JSON.parse(all.stdout)
  const named = (list: { name: string; line?: number }[]) => list.map(({ name, line }) => [name, line])
  expect(named(problems)).toEqual([
    ['KEYWAY_PORT', undefined],
    ['XAI_API_KEY', undefined],
    ['prot', 1],
    ['tls.cert', 2],
    ['tls.key', 2],
    ['providers[0].reach', 6],
  ])
  expect(named(warnings)).toEqual([
    ['providers[0].key', 5],
    ['sign_in.providers[0].client_secret', 9],
    ['mail.password.file', 10],
    ['GROQ_API_KEY', undefined],
  ])
  const served = await runBin(['serve', '--config', file], { cwd: folder, env })
  expect(served.code).toBe(2)
  for (const { name } of [...problems, ...warnings]) expect(served.stderr).toContain(`${name}: `)
  expect(all.stdout + served.stderr).not.toContain('a b')
})

test('.env counts in development, under the real environment, and not in production', async () => {
  await writeFile(join(folder, '.env'), 'KEYWAY_PORT=1111\nKEYWAY_HOST=127.0.0.1\n')
  const shown = z.array(z.object({ name: z.string(), value: z.string() }))
  const show = async (env: Record<string, string>) => {
    const { stdout } = await runBin(['config', 'show', '--json'], { cwd: folder, env })
    return Object.fromEntries(shown.parse(JSON.parse(stdout)).map(({ name, value }) => [name, value]))
  }
  expect(await show({ NODE_ENV: '', KEYWAY_PORT: '2222' })).toMatchObject({ port: '2222', host: '127.0.0.1' })
  expect(await show({ NODE_ENV: 'production' })).toMatchObject({ port: '7777', host: 'localhost' })
  await rm(join(folder, '.env'))
})

test('a .env that is a folder is a problem like the others, by its name', async () => {
  const cwd = await mkdtemp(join(folder, 'dotenv-'))
  await mkdir(join(cwd, '.env'))
  const env = { NODE_ENV: '', KEYWAY_PORT: 'many' }
  const { code, stdout } = await runBin(['config', 'validate', '--json'], { cwd, env })
  const problems = JSON.parse(stdout).problems.map(({ name }: { name: string }) => name)
  expect([code, problems]).toEqual([1, ['.env', 'KEYWAY_PORT']])
})

test('init writes its files once and keeps what is there', async () => {
  const cwd = await mkdtemp(join(folder, 'init-'))
  await writeFile(join(cwd, '.gitignore'), 'node_modules\n/.env')
  for (let turn = 0; turn < 2; turn++) expect((await runBin(['init'], { cwd })).code).toBe(0)
  expect(await readFile(join(cwd, '.gitignore'), 'utf8')).toBe('node_modules\n/.env\nroot.key\n')
  const example = await readFile(join(cwd, '.env.example'), 'utf8')
  expect(example).toMatch(/^# OPENAI_API_KEY=$/m)
  expect(example).toMatch(/^# OPENROUTER_API_KEY=$/m)
  expect((await readdir(cwd)).sort()).toEqual(['.env.example', '.gitignore'])
})

test('without a terminal, a key that is missing is bad usage, not a wait', async () => {
  const { code, stderr } = await runBin(['providers', 'add', 'openai'], { env: { KEYWAY_HOME: join(folder, 'home') } })
  expect([code, stderr]).toEqual([2, expect.stringContaining('--key-stdin')])
})

test('a token is told by its checksum alone', async () => {
  const check = async (stdin: string) => (await runBin(['token', 'check', '--key-stdin'], { stdin })).code
  expect(await check('kwy_k1_0000000000000000000000000000000000000000000000000')).toBe(1)
  expect(await check('sk-something')).toBe(1)
  expect(await check(`${makeToken('inference')}\n`)).toBe(0)
})
