import { resolve } from 'node:path'
import { backUp, rotateVault } from '../acts/keep.ts'
import type { Command } from '../command.ts'
import { present, runAct, settle } from '../context.ts'
import { count } from '../figures.ts'
import { restoreDatabase } from '../restore-database.ts'

export const keepCommands: readonly Command[] = [
  {
    path: 'backup',
    about: 'Copy the whole database into one file, also while the server runs. The root key is not in it.',
    operands: ['<file>'],
    options: {},
    examples: ['keyway backup keyway-2026-12-01.db'],
    async run(call, context) {
      const path = resolve(context.place.workingFolder, call.operand('file') ?? '')
      const result = await runAct(backUp, { path }, await settle(call, context))
      present(call, context, result, () => [
        `Wrote ${result.path} (${count(result.bytes)} bytes).`,
        `The root key is not in it: keep ${result.root_key_file} as well, in another place. Both together open every credential; the backup alone opens none.`,
      ])
    },
  },
  {
    path: 'restore',
    about: 'Put a backup in the place of the database. The server must be stopped; the old database is kept beside it.',
    operands: ['<file>'],
    options: {},
    examples: ['keyway restore keyway-2026-12-01.db'],
    async run(call, context) {
      const file = resolve(context.place.workingFolder, call.operand('file') ?? '')
      const { config } = await settle(call, context)
      const result = await restoreDatabase({ file, home: config.home, now: Date.now() })
      present(call, context, result, () => [
        `Restored ${result.path} from ${file}.`,
        ...(result.kept === null ? [] : [`The old database is kept as ${result.kept}.`]),
        `It opens with the root key that it was made under (${config.root_key_file}).`,
      ])
    },
  },
  {
    path: 'vault rotate',
    about: 'Make a new version of the root key and wrap everything under it, also while the server runs.',
    operands: [],
    options: { 'data-keys': { about: 'Seal every stored secret under new data keys as well.' } },
    examples: ['keyway vault rotate', 'keyway vault rotate --data-keys'],
    async run(call, context) {
      const result = await runAct(rotateVault, { data_keys: call.has('data-keys') }, await settle(call, context))
      present(call, context, result, () => [
        `The root key is at version ${result.primary}; ${result.rewrapped} data keys were wrapped under it.`,
        ...(result.resealed === null ? [] : [`${result.resealed} secrets were sealed under new data keys.`]),
        `Back up ${result.root_key_file} anew.`,
        ...(result.removable.length === 0
          ? []
          : [
              `Once no backup from before is wanted, the file need no longer hold: ${result.removable.map((version) => `v${version}`).join(', ')}.`,
            ]),
      ])
    },
  },
]
