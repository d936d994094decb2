import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const PACKAGES = fileURLToPath(new URL('../../', import.meta.url))
const read = (path: string) => readFileSync(PACKAGES + path, 'utf8')

/** The names that a file takes from a door of this library. */
function takes(path: string): string[] {
  return [...read(path).matchAll(/^import (?:type )?\{([^}]*)\} from '@keyway\/connect(?:\/\w+)*'/gm)].flatMap(
    ([, names = '']) => names.split(',').map((name) => name.replace(/\btype\b/, '').trim()),
  )
}

test('Keyway\u2019s own room for connections begins, checks, exchanges and ends by this library', () => {
  expect(takes('server/src/link/start.ts')).toContain('createAuthorization')
  expect(takes('server/src/link/finish.ts')).toEqual(expect.arrayContaining(['readCallback', 'readPastedCode']))
  expect(takes('server/src/link/redeem.ts')).toContain('exchangeCode')
  expect(takes('server/src/link/look-after.ts')).toContain('revokeKey')
})

test('Keyway\u2019s own web app and commands use its button and its challenge', () => {
  expect(takes('web/src/connect/leave-link.tsx')).toContain('ConnectLink')
  for (const path of ['web/src/pages/pkce/pkce-page.tsx', 'server/src/cli/commands/pkce.ts']) {
    expect(takes(path)).toEqual(expect.arrayContaining(['randomToken', 'sha256CodeChallenge']))
  }
})

test('neither speaks the protocol past it: no verifier is made or sent by hand', () => {
  const files = globSync(['server/src/link/**/*.ts', 'web/src/**/*.{ts,tsx}'], { cwd: PACKAGES }).filter(
    (path) => !/\.test\.ts$|\/i18n\//.test(path),
  )
  expect(files.length).toBeGreaterThan(100)
  const past = files.filter((path) => /code_(?:verifier|challenge)|auth\/keys['"`]/.test(read(path)))
  expect(past).toEqual([])
})
