import { createInterface } from 'node:readline/promises'
import { finishConnect, startConnect } from '../acts/connect.ts'
import type { Command } from '../command.ts'
import { present, runAct, settle } from '../context.ts'
import { moment } from '../figures.ts'
import { UsageError } from '../usage-error.ts'

/** Connecting an account from a terminal: over SSH, in a container. */
export const connectCommands: readonly Command[] = [
  {
    path: 'connect openrouter',
    about:
      'Connect the owner\u2019s OpenRouter account: shows where to approve, and takes the code that is shown there.',
    operands: [],
    options: {
      headless: { about: 'Without a browser on this machine: open the address anywhere, and paste the code here.' },
      limit: { value: 'usd', about: 'Cap of the key at OpenRouter.' },
      reset: { value: 'daily|weekly|monthly', about: 'How often the cap begins anew.' },
      expires: { value: 'time', about: 'When the key ends, in UTC: 2027-01-01T00:00:00Z.' },
      replace: { about: 'Also where another account is connected now.' },
    },
    examples: [
      'keyway connect openrouter --headless',
      'keyway connect openrouter --headless --limit 5.00 --reset monthly',
    ],
    async run(call, context) {
      if (!call.has('headless')) {
        throw new UsageError(
          'In the browser it is one press: Settings, AI & Models, OpenRouter, Connect.',
          'For a machine without one: keyway connect openrouter --headless',
        )
      }
      const settled = await settle(call, context)
      const terms = { limit: call.text('limit'), reset: call.text('reset'), expires: call.text('expires') }
      const begun = await runAct(startConnect, terms, settled)
      context.terminal.note(`Open this address in any browser, approve, and copy the code:\n\n${begun.url}\n`)
      const code = await askCode(`Code (until ${moment(begun.expires_at)}): `)
      const finish = { flow: begun.flow, code, replace: call.has('replace') }
      const connected = await runAct(finishConnect, finish, settled)
      present(call, context, connected, () => [
        `Connected${connected.connected_as === null ? '' : ` as ${connected.connected_as}`}. The key is sealed in the vault.`,
        `It can be revoked at ${connected.revoke_url}`,
        ...(connected.previous_key_url === null ? [] : [`The key before it lives on: ${connected.previous_key_url}`]),
      ])
    },
  },
]

/** One line, from a person or a pipe. What is typed is shown: the code is worth nothing without what we kept. */
async function askCode(prompt: string): Promise<string> {
  const reader = createInterface({
    input: process.stdin,
    output: process.stderr,
    terminal: process.stdin.isTTY === true,
  })
  const left = new AbortController()
  reader.once('close', () => left.abort())
  try {
    return await reader.question(prompt, { signal: left.signal })
  } catch (error) {
    if (left.signal.aborted) throw new UsageError('No code was given; nothing was changed.')
    throw error
  } finally {
    reader.close()
  }
}
