import { nearestName } from '../../config/nearest-name.ts'
import { addProvider, replaceCredential } from '../acts/add-provider.ts'
import type { Check } from '../acts/check-credential.ts'
import type { CredentialShape } from '../acts/provider-shape.ts'
import { listProviders, removeProvider, testProviders } from '../acts/providers.ts'
import type { Command } from '../command.ts'
import { type Context, present, runAct, settle } from '../context.ts'
import { FailedError } from '../failed-error.ts'
import { moment } from '../figures.ts'
import { NOT_IN_ARGV, readSecret, SECRET_OPTIONS, SECRET_WAYS } from '../secret-input.ts'
import { formatTable } from '../table.ts'
import type { Terminal } from '../terminal.ts'
import { UsageError } from '../usage-error.ts'
import { wholeNumber } from '../whole-number.ts'

/** What is said to a word too many: it may be a key. */
const SURPLUS = `${NOT_IN_ARGV} ${SECRET_WAYS}`

const NO_CHECK = { about: 'Store it without asking the provider.' }

export const providerCommands: readonly Command[] = [
  {
    path: 'providers list',
    about: 'List the stored credentials and the providers of your own.',
    operands: [],
    options: {},
    examples: ['keyway providers list', 'keyway providers list --json'],
    async run(call, context) {
      const result = await runAct(listProviders, {}, await settle(call, context))
      present(call, context, result, () => [
        ...credentialTable(result.credentials, context.terminal),
        ...result.custom.map(({ id, base_url, free }) => `Your own: ${id} at ${base_url}${free ? ' (free)' : ''}`),
        '',
        `Known providers: ${result.known.map(({ id }) => id).join(', ')}`,
      ])
    },
  },
  {
    path: 'providers add',
    about:
      'Store a provider\u2019s key, or add a provider of your own. The provider is asked at once whether it takes the key.',
    operands: ['[provider]'],
    options: {
      ...SECRET_OPTIONS,
      'base-url': {
        value: 'url',
        about: 'Address of an API of your own, including its version: http://localhost:8000/v1',
      },
      name: { value: 'text', about: 'A name for this credential, to tell several apart.' },
      reach: {
        value: 'reach',
        about: 'Who may use it: own (you), shared (the workspace, guests left out) or house (paid by the operator).',
      },
      priority: { value: 'number', about: 'Lower is tried first. Default: 100.' },
      'allow-private': { about: 'Allow private and loopback addresses.' },
      free: { about: 'Its models cost nothing, as with a local server.' },
      'no-check': NO_CHECK,
    },
    examples: [
      'keyway providers add openai --key-stdin < key.txt',
      'keyway providers add --key-ref env:OPENROUTER_API_KEY',
      'keyway providers add ollama --allow-private',
      'keyway providers add my-vllm --base-url http://10.0.0.5:8000/v1 --allow-private --free',
    ],
    surplus: SURPLUS,
    async run(call, context) {
      const provider = call.operand('provider')
      refuseKey(provider)
      const settled = await settle(call, context)
      const { known } = await runAct(listProviders, {}, settled)
      const row = known.find(({ id }) => id === provider)
      // A server of one's own may need no key.
      const own = call.has('base-url')
      if (provider !== undefined && row === undefined && !own) throw unknownProvider(provider, known)
      const need = row?.needs_key === false ? 'optional' : own ? 'offered' : 'required'
      const secret = await readSecret(call, context, {
        prompt: `Key${provider === undefined ? '' : ` for ${provider}`} (not shown${own ? '; enter alone: none' : ''}): `,
        need,
      })
      const result = await runAct(
        addProvider,
        {
          ...secret,
          provider,
          base_url: call.text('base-url'),
          name: call.text('name'),
          reach: call.text('reach'),
          priority: wholeNumber(call, 'priority'),
          allow_private: call.has('allow-private'),
          free: call.has('free') ? true : undefined,
          unchecked: call.has('no-check'),
        },
        settled,
      )
      present(call, context, result, () => [
        `${result.provider}: ${saidOf(result.check)}`,
        result.credential === null
          ? 'Added, without a key.'
          : `Stored as "${result.credential.name}" (${result.credential.hint}).`,
        '',
        'Next: keyway keys create --name my-app',
      ])
    },
  },
  {
    path: 'providers test',
    about: 'Ask the providers whether they take the stored keys, by the cheapest request that tells.',
    operands: ['[provider]'],
    options: { name: { value: 'text', about: 'Only the credential of this name.' } },
    examples: ['keyway providers test', 'keyway providers test openai'],
    surplus: SURPLUS,
    async run(call, context) {
      refuseKey(call.operand('provider'))
      const results = await runAct(
        testProviders,
        { which: call.operand('provider'), name: call.text('name') },
        await settle(call, context),
      )
      present(call, context, results, () =>
        results.length === 0
          ? ['There are no credentials yet.', 'Add one: keyway providers add openai --key-stdin']
          : results.map(
              ({ provider, name, check }) =>
                `${stateMark(check, context.terminal)} ${provider}${name === provider ? '' : ` "${name}"`}: ${saidOf(check)}`,
            ),
      )
      if (results.some(({ check }) => check.outcome !== 'valid')) throw new FailedError()
    },
  },
  {
    path: 'providers replace',
    about: 'Put another key in the place of a stored one.',
    operands: ['<provider>'],
    options: {
      ...SECRET_OPTIONS,
      name: { value: 'text', about: 'Which, where a provider has several.' },
      'no-check': NO_CHECK,
    },
    examples: ['keyway providers replace openai --key-stdin < new-key.txt'],
    surplus: SURPLUS,
    async run(call, context) {
      const which = call.operand('provider')
      refuseKey(which)
      const secret = await readSecret(call, context, { prompt: 'New key (not shown): ', need: 'required' })
      const args = { ...secret, which, name: call.text('name'), unchecked: call.has('no-check') }
      const result = await runAct(replaceCredential, args, await settle(call, context))
      present(call, context, result, () => [
        `${result.provider}: ${saidOf(result.check)}`,
        'Replaced. The next call uses the new key.',
      ])
    },
  },
  {
    path: 'providers remove',
    about: 'Take away a stored key, or a provider of your own with its keys.',
    operands: ['<provider>'],
    options: { name: { value: 'text', about: 'Which, where a provider has several.' } },
    examples: ['keyway providers remove openai', 'keyway providers remove openai --name backup'],
    surplus: SURPLUS,
    async run(call, context) {
      refuseKey(call.operand('provider'))
      const result = await runAct(
        removeProvider,
        { which: call.operand('provider'), name: call.text('name') },
        await settle(call, context),
      )
      present(call, context, result, () => [`Removed: ${result.removed.join(', ')}`])
    },
  },
]

/** Refuses a word that cannot be a provider's name and so may be a key. It is not repeated. */
function refuseKey(word: string | undefined): void {
  if (word !== undefined && !/^(cred_[A-Za-z0-9]{24}|[a-z0-9][a-z0-9._-]{0,39})$/.test(word))
    throw new UsageError(NOT_IN_ARGV, SECRET_WAYS)
  if (word !== undefined && /^(sk|gsk|csk|xai|pplx|AIza)[-_]/.test(word)) throw new UsageError(NOT_IN_ARGV, SECRET_WAYS)
}

function unknownProvider(written: string, known: readonly { id: string }[]): UsageError {
  const near = nearestName(
    written,
    known.map(({ id }) => id),
  )
  const fix =
    near === undefined
      ? 'Give its address with --base-url, or see the known ones: keyway providers list'
      : `Did you mean: keyway providers add ${near}`
  return new UsageError('There is no provider of that name.', fix)
}

function saidOf({ outcome, detail }: Check): string {
  const words = { valid: 'valid', rejected: 'rejected', unverified: 'not verified' }[outcome]
  return `${words} (${detail})`
}

function stateMark({ outcome }: Check, terminal: Terminal): string {
  if (outcome === 'valid') return terminal.style('green', 'ok  ')
  return outcome === 'rejected' ? terminal.style('red', 'FAIL') : terminal.style('yellow', '?   ')
}

function credentialTable(credentials: readonly CredentialShape[], terminal: Context['terminal']): string[] {
  if (credentials.length === 0)
    return ['There are no credentials yet.', 'Add one: keyway providers add openai --key-stdin']
  return formatTable(
    credentials,
    [
      { title: 'PROVIDER', value: (one) => one.provider },
      { title: 'NAME', value: (one) => one.name },
      { title: 'KEY', value: (one) => one.hint },
      { title: 'FROM', value: (one) => (one.origin === 'environment' ? 'from the environment' : one.origin) },
      { title: 'REACH', value: (one) => one.reach },
      { title: 'PRIO', align: 'right', value: (one) => String(one.priority) },
      { title: 'LAST USED', value: (one) => (one.last_used_at === null ? '-' : moment(one.last_used_at)) },
      { title: 'STATE', value: (one) => (one.disabled ? 'disabled' : (one.last_error ?? 'ok')) },
    ],
    terminal,
  )
}
