import { setTimeout } from 'node:timers/promises'
import { KeywayError } from '../../base/errors.ts'
import { listModels } from '../acts/models.ts'
import { recentCalls, showUsage } from '../acts/usage.ts'
import type { Call, Command } from '../command.ts'
import { type Context, present, runAct, settle } from '../context.ts'
import { ABSENT, askServer } from '../control-client.ts'
import { count, dollars } from '../figures.ts'
import { formatTable, printable } from '../table.ts'

/** How often new calls are asked for. A person does not see a second. */
const FOLLOW_MS = 1_000

/** Characters of a key's hash that tell it from the others. */
const HASH_SHOWN = 12

export const usageCommands: readonly Command[] = [
  {
    path: 'models',
    about: 'List the models that can be called with the credentials there are.',
    operands: ['[words]'],
    options: { all: { about: 'All that are known, with or without a credential.' } },
    examples: ['keyway models', 'keyway models claude', 'keyway models --all --json'],
    async run(call, context) {
      const models = await runAct(
        listModels,
        { search: call.operand('words'), all: call.has('all') },
        await settle(call, context),
      )
      present(call, context, models, () =>
        models.length === 0
          ? [
              'No model can be called yet.',
              'Add a provider: keyway providers add openai --key-stdin; or see all: keyway models --all',
            ]
          : formatTable(
              models,
              [
                { title: 'MODEL', value: (model) => model.id },
                {
                  title: 'CONTEXT',
                  align: 'right',
                  value: (model) => (model.context_length === null ? '-' : count(model.context_length)),
                },
                { title: 'IN $/M', align: 'right', value: (model) => model.input_price ?? '-' },
                { title: 'OUT $/M', align: 'right', value: (model) => model.output_price ?? '-' },
                { title: 'PROVIDERS', value: (model) => model.providers.join(', ') },
              ],
              context.terminal,
            ),
      )
    },
  },
  {
    path: 'usage',
    about: 'Show what was used and what it cost, or follow the calls as they end.',
    operands: [],
    options: {
      by: { value: 'group', about: 'env, key, model, provider, app, day or tag:NAME. Default: model.' },
      from: { value: 'time', about: 'Not before this time, in UTC: 2026-12-01T00:00:00Z' },
      to: { value: 'time', about: 'Before this time.' },
      follow: { about: 'Print each call as it ends, until ctrl-C.' },
    },
    examples: [
      'keyway usage',
      'keyway usage --by tag:feature --from 2026-12-01T00:00:00Z',
      'keyway usage --follow --json',
    ],
    async run(call, context) {
      if (call.has('follow')) return follow(call, context)
      const args = { by: call.text('by') ?? 'model', from: call.text('from'), to: call.text('to') }
      const usage = await runAct(showUsage, args, await settle(call, context))
      present(call, context, usage, () => [
        ...formatTable(
          usage.rows,
          [
            { title: usage.by.toUpperCase(), value: (row) => groupText(row) },
            { title: 'CALLS', align: 'right', value: (row) => count(row.calls) },
            { title: 'IN', align: 'right', value: (row) => count(row.tokens_prompt) },
            { title: 'OUT', align: 'right', value: (row) => count(row.tokens_completion) },
            { title: 'COST', align: 'right', value: (row) => dollars(row.cost) },
          ],
          context.terminal,
        ),
        '',
        `Total ${dollars(usage.total)}`,
      ])
    },
  },
]

/** A key by its name, and as much of its hash as lists show. */
function groupText({ group, name }: { group: string; name: string | null }): string {
  return name === null ? group || '-' : `${name} (${group.slice(0, HASH_SHOWN)})`
}

async function follow(call: Call, context: Context): Promise<void> {
  const { config } = await settle(call, context)
  const stop = new AbortController()
  const end = () => stop.abort()
  process.once('SIGINT', end)
  let after: number | undefined
  try {
    while (!stop.signal.aborted) {
      const recent = await askRunning(config.home, after)
      after = recent.after
      for (const one of recent.calls) context.terminal.print(call.has('json') ? JSON.stringify(one) : callLine(one))
      await setTimeout(FOLLOW_MS, undefined, { signal: stop.signal }).catch((error: unknown) => {
        if (!stop.signal.aborted) throw error
      })
    }
  } finally {
    process.off('SIGINT', end)
  }
}

/** Only ever the server: opening the home oneself, once a second, would keep the next server from starting. */
async function askRunning(home: string, after: number | undefined): Promise<RecentCalls> {
  const answer = await askServer(home, recentCalls.name, { after })
  if (answer === ABSENT) {
    throw new KeywayError('not_found', 'No server runs, so there are no calls to follow.', {
      fix: 'Start it: keyway serve',
    })
  }
  return recentCalls.read(answer)
}

type RecentCalls = ReturnType<typeof recentCalls.read>

type RecentCall = RecentCalls['calls'][number]

function callLine(one: RecentCall): string {
  const tokens = `${one.tokens_prompt}+${one.tokens_completion} tokens`
  const trouble = one.error === null ? '' : `  ${one.error}`
  return printable(
    `${one.at.slice(11, 19)}  ${one.status}  ${one.model} (${one.provider})  ${tokens}  ${dollars(one.cost)}  ${one.latency_ms} ms${trouble}`,
  )
}
