import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keyway-prepare-'))
  for (const name of ['scripts', 'packages/web', 'node_modules/vite/bin'])
    mkdirSync(join(folder, name), { recursive: true })
  cpSync(fileURLToPath(new URL('prepare.js', import.meta.url)), join(folder, 'scripts/prepare.js'))
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
})
afterEach(() => rmSync(folder, { recursive: true }))

const prepare = () => spawnSync(process.execPath, ['scripts/prepare.js'], { cwd: folder, encoding: 'utf8' })
const putVite = (source: string) => writeFileSync(join(folder, 'node_modules/vite/bin/vite.js'), source)

test('an install without vite goes on, and nothing is said', () => {
  const { status, stdout, stderr } = prepare()
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' })
})

test('a build that fails does not break the install, and says how to try again', () => {
  putVite('process.exit(1)')
  const { status, stderr } = prepare()
  expect(status).toBe(0)
  expect(stderr).toContain('npm run build -w packages/web')
})

test('where vite is, the app is built in its own folder, for production', () => {
  putVite(`import { writeFileSync } from 'node:fs'; writeFileSync('built', process.env.NODE_ENV + process.argv[2])`)
  expect(prepare().status).toBe(0)
  expect(existsSync(join(folder, 'packages/web/built'))).toBe(true)
})
