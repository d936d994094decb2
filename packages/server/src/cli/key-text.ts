import type { KeyShape } from './acts/key-shape.ts'
import { dollars, moment } from './figures.ts'
import { formatPairs, formatTable } from './table.ts'
import type { Terminal } from './terminal.ts'

/** The keys as a table. */
export function keyTable(keys: readonly KeyShape[], terminal: Terminal): string[] {
  if (keys.length === 0) return ['There are no keys yet.', 'Make one: keyway keys create --name my-app']
  return formatTable(
    keys,
    [
      { title: 'NAME', value: (key) => key.name },
      { title: 'HASH', value: (key) => key.hash.slice(0, 12) },
      { title: 'KEY', value: (key) => key.label },
      { title: 'KIND', value: (key) => key.keyway.kind },
      { title: 'ENV', value: (key) => key.keyway.environment },
      { title: 'SPENT', align: 'right', value: (key) => dollars(key.usage) },
      { title: 'CAP', align: 'right', value: capOf },
      { title: 'STATE', value: stateOf },
    ],
    terminal,
  )
}

/** One key in full. */
export function keyLines(key: KeyShape, terminal: Terminal): string[] {
  const { models, reaches, rpm, no_browser } = key.keyway
  return formatPairs(
    [
      ['name', key.name],
      ['hash', key.hash],
      ['key', key.label],
      ['state', stateOf(key)],
      ['kind', key.keyway.kind],
      ['environment', key.keyway.environment],
      ['cap', capOf(key)],
      ['left', key.limit_remaining === null ? '-' : dollars(key.limit_remaining)],
      ['spent', `${dollars(key.usage)} (today ${dollars(key.usage_daily)}, this month ${dollars(key.usage_monthly)})`],
      ['models', models === null ? 'all' : models.join(', ')],
      ['credentials', reaches.join(', ')],
      ['calls a minute', rpm === null ? 'no limit' : String(rpm)],
      ['web pages', no_browser ? 'refused' : 'allowed'],
      ['created', moment(key.created_at)],
      ['expires', key.expires_at === null ? 'never' : moment(key.expires_at)],
    ],
    terminal,
  )
}

/** A new key, readable this once, and how to use it. */
export function newKeyLines(made: KeyShape & { key: string; base_url: string | null }, terminal: Terminal): string[] {
  const baseUrl = made.base_url ?? 'http://localhost:7777/api/v1'
  const use =
    made.keyway.kind === 'management'
      ? []
      : ['', 'Use it:', `  export OPENAI_API_KEY='${made.key}'`, `  export OPENAI_BASE_URL='${baseUrl}'`]
  return [
    terminal.style('bold', made.key),
    '',
    'This is the only time it is shown: Keyway keeps no copy.',
    ...use,
    '',
    ...formatPairs(
      [
        ['name', made.name],
        ['hash', made.hash],
        ['cap', capOf(made)],
      ],
      terminal,
    ),
  ]
}

function capOf({ limit, limit_reset }: KeyShape): string {
  if (limit === null) return 'none'
  return limit_reset === null ? dollars(limit) : `${dollars(limit)} ${limit_reset}`
}

function stateOf(key: KeyShape): string {
  if (key.keyway.revoked_at !== null) return 'revoked'
  if (key.expires_at !== null && Date.parse(key.expires_at) <= Date.now()) return 'expired'
  return key.disabled ? 'disabled' : 'active'
}
