import { listAudit, verifyAudit } from '../acts/audit.ts'
import type { Command } from '../command.ts'
import { present, runAct, settle } from '../context.ts'
import { FailedError } from '../failed-error.ts'
import { count } from '../figures.ts'
import { formatTable } from '../table.ts'
import { wholeNumber } from '../whole-number.ts'

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
          ],
          context.terminal,
        ),
      )
    },
  },
  {
    path: 'audit verify',
    about:
      'Check that no row of the audit log was changed, removed or put in. Rows cut off at the end show only against a head that was noted elsewhere: note the one printed, and give it the next time.',
    operands: [],
    options: { head: { value: 'number:hash', about: 'A head noted earlier, which must still be in the log.' } },
    examples: ['keyway audit verify', 'keyway audit verify --json'],
    async run(call, context) {
      const result = await runAct(verifyAudit, { head: call.text('head') }, await settle(call, context))
      present(call, context, result, () => [
        result.broken_at === null
          ? `All ${count(result.rows)} rows are as they were written.`
          : `Row ${count(result.broken_at)} is not as it was written, or is missing; the ${count(result.rows)} before it are.`,
        ...(result.noted === null
          ? []
          : [
              result.noted === 'kept'
                ? 'The head that was noted is among them.'
                : 'The head that was noted is not among them: rows were cut off, or the log was written anew.',
            ]),
        `Head: ${result.head}`,
      ])
      if (result.broken_at !== null || result.noted === 'lost') throw new FailedError()
    },
  },
]
