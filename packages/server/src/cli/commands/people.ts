import { grantCredit } from '../acts/credits.ts'
import { linkUser, recoverUser, shareWithUser, showUsers, shutOutUser } from '../acts/users.ts'
import type { Command } from '../command.ts'
import { present, runAct, settle } from '../context.ts'
import { dollars, moment } from '../figures.ts'
import { formatTable } from '../table.ts'

/** What is said with a link that lets whoever has it in. */
function linkLines({ link, expires_at }: { link: string; expires_at: string }): string[] {
  return [
    link,
    '',
    `It works once, until ${moment(expires_at)}. Whoever has it can sign in: give it to that person only.`,
  ]
}

export const peopleCommands: readonly Command[] = [
  {
    path: 'users list',
    about: 'List the people of this Keyway.',
    operands: [],
    options: {},
    examples: ['keyway users list'],
    async run(call, context) {
      const users = await runAct(showUsers, {}, await settle(call, context))
      present(call, context, users, () =>
        formatTable(
          users,
          [
            { title: 'NAME', value: (user) => user.name },
            { title: 'ADDRESS', value: (user) => user.email ?? '-' },
            { title: 'ROLE', value: (user) => user.role },
            { title: 'STATE', value: (user) => (user.disabled ? 'disabled' : user.guest ? 'guest' : 'active') },
            { title: 'ID', value: (user) => user.id },
          ],
          context.terminal,
        ),
      )
    },
  },
  {
    path: 'users setup-link',
    about: 'Make a one-time link with which a user sets up their login.',
    operands: ['<user>'],
    options: {},
    examples: ['keyway users setup-link owner', 'keyway users setup-link ada@example.com'],
    async run(call, context) {
      const made = await runAct(linkUser, { which: call.operand('user') }, await settle(call, context))
      present(call, context, made, () => linkLines(made))
    },
  },
  {
    path: 'users reset',
    about: 'Let a locked-out user in again: enables them, removes their authenticator app and makes a setup link.',
    operands: ['<user>'],
    options: {},
    examples: ['keyway users reset owner'],
    async run(call, context) {
      const made = await runAct(recoverUser, { which: call.operand('user') }, await settle(call, context))
      present(call, context, made, () => linkLines(made))
    },
  },
  {
    path: 'users disable',
    about: 'Shut a user out: their keys and sessions end with the next call.',
    operands: ['<user>'],
    options: {},
    examples: ['keyway users disable ada@example.com'],
    async run(call, context) {
      const user = await runAct(shutOutUser, { which: call.operand('user') }, await settle(call, context))
      present(call, context, user, () => [
        `Disabled: ${user.name}. Let them in again with: keyway users reset ${user.id}`,
      ])
    },
  },
  {
    path: 'users share',
    about: 'Let somebody who made their own account use the shared credentials.',
    operands: ['<user>'],
    options: { off: { about: 'No longer.' } },
    examples: ['keyway users share ada@example.com', 'keyway users share ada@example.com --off'],
    async run(call, context) {
      const args = { which: call.operand('user'), guest: call.has('off') }
      const user = await runAct(shareWithUser, args, await settle(call, context))
      present(call, context, user, () => [
        user.guest ? `${user.name} uses their own keys alone.` : `${user.name} may use the shared credentials.`,
      ])
    },
  },
  {
    path: 'credits grant',
    about: 'Give a user credit, in US dollars.',
    operands: ['<user>', '<usd>'],
    options: {},
    examples: ['keyway credits grant owner 10.00', 'keyway credits grant ada@example.com 2.50'],
    async run(call, context) {
      const args = { user: call.operand('user'), amount: call.operand('usd') }
      const result = await runAct(grantCredit, args, await settle(call, context))
      const idle = result.prepaid ? [] : ['Calls need no credit as things are; the setting prepaid turns that on.']
      present(call, context, result, () => [
        `${result.name} got ${dollars(result.granted)} and has ${dollars(result.balance)}.`,
        ...idle,
      ])
    },
  },
]
