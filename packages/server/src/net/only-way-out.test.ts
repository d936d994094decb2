import { globSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

// Law 7: all traffic through net/. The command line may talk to its own server over the socket in the home.
const WAYS_OUT: readonly [name: string, pattern: RegExp, allowed: RegExp][] = [
  ['fetch', /(?<![\w.$#'"`-])(?:globalThis\.|window\.)?fetch\s*\(/, /^net\//],
  ['undici', /from\s+['"]undici['"]|import\(\s*['"]undici['"]\s*\)|require\(\s*['"]undici['"]\s*\)/, /^net\//],
  [
    'http.request',
    /\bhttps?\.(?:request|get)\s*\(|import\s*\{[^}]*\b(?:request|get)\b[^}]*\}\s*from\s*['"]node:https?['"]/,
    /^(?:net|cli)\//,
  ],
  ['node:http2', /['"]node:http2['"]/, /^net\//],
  [
    'sockets',
    /import\s+(?!type\b)[^;'"]*\b(?:connect|createConnection|Socket)\b[^;'"]*from\s*['"]node:(?:net|tls)['"]|\b(?:net|tls)\.(?:connect|createConnection)\s*\(/,
    /^(?:net|cli)\//,
  ],
  ['WebSocket', /\bnew\s+(?:WebSocket|EventSource)\s*\(/, /^net\//],
]

/** The ways out that a source uses though its room may not. */
function waysOut(path: string, source: string): string[] {
  const code = source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '')
  return WAYS_OUT.filter(([, pattern, allowed]) => !allowed.test(path) && pattern.test(code)).map(([name]) => name)
}

test.each([
  ["const r = await fetch('https://x')", 'fetch'],
  ['globalThis.fetch(url)', 'fetch'],
  ["import { Agent } from 'undici'", 'undici'],
  ["const { request } = await import('undici')", 'undici'],
  ["http.request({ host: 'x' })", 'http.request'],
  ["import { get } from 'node:https'", 'http.request'],
  ["import { connect } from 'node:tls'", 'sockets'],
  ["import { connect as dial } from 'node:net'", 'sockets'],
  ["new WebSocket('wss://x')", 'WebSocket'],
])('is found: %s', (source, name) => {
  expect(waysOut('gateway/planted.ts', source)).toEqual([name])
  expect(waysOut('net/dispatcher.ts', source)).toEqual([])
})

test.each([
  'store.fetch(1)',
  'prefetch(1)',
  "import type { Socket } from 'node:net'",
  '// fetch(1)',
  "import { isIP } from 'node:net'",
])('is no way out: %s', (source) => {
  expect(waysOut('gateway/planted.ts', source)).toEqual([])
})

test('nothing outside net/ reaches the network', () => {
  const root = new URL('../', import.meta.url)
  const paths = globSync('**/*.ts', { cwd: root.pathname }).filter(
    (path) => !/\.test\.ts$|(?:^|\/)testing\//.test(path),
  )
  expect(paths.length).toBeGreaterThan(20)
  const found = paths.flatMap((path) =>
    waysOut(path, readFileSync(new URL(path, root), 'utf8')).map((name) => `${path}: ${name}`),
  )
  expect(found).toEqual([])
})
