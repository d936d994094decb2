import { createKey, endKey, listKeys, replaceKey, showKey, updateKey } from '../acts/keys.ts'
import type { Call, Command, OptionSpec } from '../command.ts'
import { type Context, present, runAct, settle } from '../context.ts'
import { keyLines, keyTable, newKeyLines } from '../key-text.ts'
import { assignments, SHELLS, type Shell } from '../shell-text.ts'
import { UsageError } from '../usage-error.ts'
import { wholeNumber } from '../whole-number.ts'

const TERMS: Readonly<Record<string, OptionSpec>> = {
  name: { value: 'text', about: 'What it is called in lists and in the ledger.' },
  env: { value: 'environment', about: 'development, staging or production.' },
  limit: { value: 'usd', about: 'Cap in US dollars; none takes it away.' },
  reset: { value: 'window', about: 'When the cap begins anew: daily, weekly or monthly; none: never.' },
  expires: { value: 'time', about: 'When it ends, in UTC: 2027-01-01T00:00:00Z; none: never.' },
  models: { value: 'a,b', about: 'Model ids or author/* patterns; none: all.' },
  reaches: { value: 'a,b', about: 'Which credentials it may use, in this order: own, shared, house.' },
  rpm: { value: 'calls', about: 'Most calls in any 60 seconds; none: no limit.' },
  'no-browser': { about: 'Refuse calls that come from a web page.' },
  ips: { value: 'a,b', about: 'Addresses and ranges that it answers, such as 10.0.0.0/8; none: all.' },
}

const PRINT: OptionSpec = {
  value: SHELLS.join('|'),
  about: 'Print ready assignments with key and base URL, and nothing else.',
}

export const keyCommands: readonly Command[] = [
  {
    path: 'keys create',
    about: 'Make a key, and show it this once.',
    operands: [],
    options: {
      ...TERMS,
      management: { about: 'A key that manages keys instead of calling models.' },
      user: { value: 'user', about: 'Whose it is: id, address or name. Default: the owner.' },
      policy: { value: 'name', about: 'Start from this policy of the configuration file. Default: "default".' },
      print: PRINT,
    },
    examples: [
      'keyway keys create --name my-app --limit 5.00 --reset monthly',
      'keyway keys create --name web --models "openai/*" --rpm 60 --no-browser',
      'eval "$(keyway keys create --name shell --print sh)"',
      'keyway keys create --name ci --json | jq -r .key',
    ],
    async run(call, context) {
      const shell = shellOf(call)
      const settled = await settle(call, context)
      const args = {
        ...termsIn(call),
        management: call.has('management'),
        user: call.text('user'),
        policy: call.text('policy'),
      }
      const made = await runAct(createKey, args, settled)
      if (shell !== undefined) return printAssignments(context, shell, made, settled.config.port)
      present(call, context, made, () => newKeyLines(made, context.terminal))
    },
  },
  {
    path: 'keys list',
    about: 'List the keys, newest first, with what they spent.',
    operands: [],
    options: { offset: { value: 'number', about: 'Leave out so many: 1,000 are listed at once.' } },
    examples: ['keyway keys list', 'keyway keys list --json'],
    async run(call, context) {
      const keys = await runAct(listKeys, { offset: wholeNumber(call, 'offset') }, await settle(call, context))
      present(call, context, keys, () => keyTable(keys, context.terminal))
    },
  },
  {
    path: 'keys show',
    about: 'Show one key: by its hash, the beginning of it, or its name.',
    operands: ['<key>'],
    options: {},
    examples: ['keyway keys show my-app', 'keyway keys show 3f9a1c'],
    async run(call, context) {
      const key = await runAct(showKey, { which: keyIn(call) }, await settle(call, context))
      present(call, context, key, () => keyLines(key, context.terminal))
    },
  },
  {
    path: 'keys update',
    about: 'Change the terms of a key. They hold within a second.',
    operands: ['<key>'],
    options: TERMS,
    examples: [
      'keyway keys update my-app --limit 20.00',
      'keyway keys update my-app --limit none --models "openai/*,anthropic/*"',
    ],
    async run(call, context) {
      const terms = termsIn(call)
      if (Object.values(terms).every((value) => value === undefined))
        throw new UsageError('Nothing is to be changed.', 'See: keyway keys update --help')
      const key = await runAct(updateKey, { which: keyIn(call), ...terms }, await settle(call, context))
      present(call, context, key, () => keyLines(key, context.terminal))
    },
  },
  switchCommand('enable'),
  switchCommand('disable'),
  {
    path: 'keys revoke',
    about: 'End a key for good. What it spent stays in the ledger.',
    operands: ['<key>'],
    options: {},
    examples: ['keyway keys revoke my-app'],
    async run(call, context) {
      const key = await runAct(endKey, { which: keyIn(call) }, await settle(call, context))
      present(call, context, key, () => [`Revoked: ${key.name} (${key.label}). Its calls end now.`])
    },
  },
  {
    path: 'keys rotate',
    about: 'Make a successor on the same terms, and end the old key after an overlap.',
    operands: ['<key>'],
    options: {
      overlap: { value: 'time', about: 'How long both work: 30m, 24h, 7d. At most 30d.' },
      now: { about: 'End the old key at once.' },
      print: PRINT,
    },
    examples: ['keyway keys rotate my-app --overlap 24h', 'keyway keys rotate my-app --now'],
    async run(call, context) {
      const shell = shellOf(call)
      const overlap = overlapIn(call)
      const settled = await settle(call, context)
      const made = await runAct(replaceKey, { which: keyIn(call), overlap_ms: overlap }, settled)
      if (shell !== undefined) return printAssignments(context, shell, made, settled.config.port)
      const ends =
        overlap === 0
          ? 'The old key has ended.'
          : `The old key works until ${new Date(Date.now() + overlap).toISOString()}.`
      present(call, context, made, () => [...newKeyLines(made, context.terminal), ends])
    },
  },
]

function switchCommand(word: 'enable' | 'disable'): Command {
  const disabled = word === 'disable'
  return {
    path: `keys ${word}`,
    about: disabled ? 'Make a key wait: its calls are refused until it is enabled.' : 'Let a disabled key work again.',
    operands: ['<key>'],
    options: {},
    examples: [`keyway keys ${word} my-app`],
    async run(call, context) {
      const key = await runAct(updateKey, { which: keyIn(call), disabled }, await settle(call, context))
      present(call, context, key, () => [`${disabled ? 'Disabled' : 'Enabled'}: ${key.name} (${key.label}).`])
    },
  }
}

function keyIn(call: Call): string {
  const which = call.operand('key') ?? ''
  if (!which.startsWith('kwy_')) return which
  throw new UsageError(
    'A key itself does not belong on the command line; its hash or name does.',
    'See them with: keyway keys list',
  )
}

function termsIn(call: Call) {
  return {
    name: call.text('name'),
    env: call.text('env'),
    limit: call.text('limit'),
    reset: call.text('reset'),
    expires: call.text('expires'),
    models: listOrNone(call.text('models')),
    reaches: list(call.text('reaches')),
    rpm: call.text('rpm'),
    no_browser: call.has('no-browser') ? true : undefined,
    ips: listOrNone(call.text('ips')),
  }
}

function list(text: string | undefined): string[] | undefined {
  return text?.split(',').flatMap((part) => part.trim() || [])
}

function listOrNone(text: string | undefined): string[] | 'none' | undefined {
  return text === 'none' ? 'none' : list(text)
}

const UNIT_MS: ReadonlyMap<string, number> = new Map([
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
])

/** '24h' -> 86400000. One of --overlap and --now is asked for: the choice is too costly to guess. */
function overlapIn(call: Call): number {
  const text = call.text('overlap')
  if (call.has('now') === (text !== undefined)) {
    throw new UsageError('Say when the old key ends: --overlap 24h, or --now.')
  }
  if (text === undefined) return 0
  const [, amount = '', unit = ''] = /^(\d{1,4})([mhd])$/.exec(text) ?? []
  const unitMs = UNIT_MS.get(unit)
  if (unitMs === undefined) throw new UsageError('--overlap takes a time such as 30m, 24h or 7d.')
  return Number(amount) * unitMs
}

function shellOf(call: Call): Shell | undefined {
  const text = call.text('print')
  if (text === undefined) return undefined
  const shell = SHELLS.find((known) => known === text)
  if (shell === undefined) throw new UsageError(`--print takes one of ${SHELLS.join(', ')}.`)
  if (call.has('json')) throw new UsageError('--print and --json exclude each other.')
  return shell
}

function printAssignments(
  context: Context,
  shell: Shell,
  made: { key: string; base_url: string | null },
  port: number,
): void {
  const baseUrl = made.base_url ?? `http://localhost:${port}/api/v1`
  for (const line of assignments(shell, { key: made.key, baseUrl })) context.terminal.print(line)
}
