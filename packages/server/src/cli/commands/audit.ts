import { listAudit, verifyAudit } from '../acts/audit.ts'
import type { Command } from '../command.ts'
import { present, runAct, settle } from '../context.ts'
import { FailedError } from '../failed-error.ts'
import { count } from '../figures.ts'
import { formatTable } from '../table.ts'
import { wholeNumber } from '../whole-number.ts'

type Verified = { sealed_since: number | null; unsealed_at: number | null }

/** What each comparison of the log with its seal means, in lines. */
const SEAL = {
  fits: ({ sealed_since: since, unsealed_at: at }: Verified) => [
    `Its end is as the root key sealed it${since === null || since === 0 ? '' : `; rows up to ${count(since)} are older than the seal, which vouches for what they were then`}.`,
    ...(at === null ? [] : [`By row ${count(at)} the log was not as it had been sealed.`]),
  ],
  cut: () => ['Rows that were sealed with the root key are missing at the end.'],
  added: () => ['Rows at the end were put in without the root key.'],
  rewritten: () => ['The end is not the one that was sealed with the root key: the log was written anew.'],
  forged: () => ['The seal on its end was not made with the root key.'],
  missing: () => ['The seal on its end is gone.'],
} as const satisfies Record<string, (of: Verified) => string[]>

/** Why something was refused; nothing for what was done. The cause, where there is one, is for the operator alone. */
function whyOf({ message, cause }: Readonly<Record<string, unknown>>): string {
  return [cause, message].find((one) => typeof one === 'string') ?? ''
}

export const auditCommands: readonly Command[] = [
  {
    path: 'audit list',
    about: 'Show who did what: keys, secrets, people, connections. Newest first.',
    operands: [],
    options: { limit: { value: 'rows', about: 'So many of them, 1,000 at the most. Default: 50.' } },
    examples: ['keyway audit list', 'keyway audit list --limit 500 --json'],
    async run(call, context) {
      const rows = await runAct(listAudit, { limit: wholeNumber(call, 'limit') }, await settle(call, context))
      present(call, context, rows, () =>
        formatTable(
          rows,
          [
            { title: 'ROW', align: 'right', value: (row) => String(row.seq) },
            { title: 'AT', value: (row) => row.at },
            { title: 'WHO', value: (row) => row.actor },
            { title: 'WHAT', value: (row) => row.action },
            { title: 'OF', value: (row) => row.object },
            { title: 'WHY', value: ({ details }) => whyOf(details) },
          ],
          context.terminal,
        ),
      )
    },
  },
  {
    path: 'audit verify',
    about:
      'Check that no row of the audit log was changed, removed, put in or cut off at the end, by its chain and by the seal that each row puts on its end with the root key. Whoever has the root key, or puts back a whole older database, shows only against a head that was noted elsewhere: note the one printed, and give it the next time.',
    operands: [],
    options: { head: { value: 'number:hash', about: 'A head noted earlier, which must still be in the log.' } },
    examples: ['keyway audit verify', 'keyway audit verify --json'],
    async run(call, context) {
      const result = await runAct(verifyAudit, { head: call.text('head') }, await settle(call, context))
      present(call, context, result, () => [
        result.broken_at === null
          ? `All ${count(result.rows)} rows are as they were written.`
          : `Row ${count(result.broken_at)} is not as it was written, or is missing; the ${count(result.rows)} before it are.`,
        ...SEAL[result.seal](result),
        ...(result.noted === null
          ? []
          : [
              result.noted === 'kept'
                ? 'The head that was noted is among them.'
                : 'The head that was noted is not among them: rows were cut off, or the log was written anew.',
            ]),
        `Head: ${result.head}`,
      ])
      const sealed = result.seal === 'fits' && result.unsealed_at === null
      if (result.broken_at !== null || !sealed || result.noted === 'lost') throw new FailedError()
    },
  },
]
