import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { describeProblem } from '../../config/problem.ts'
import type { Command } from '../command.ts'
import { settle } from '../context.ts'
import { flagsIn, SERVE_OPTIONS } from '../serve-flags.ts'
import { sourceLines } from '../source-text.ts'
import { stopSignal } from '../stop-signal.ts'

export const serveCommand: Command = {
  path: 'serve',
  about: 'Start the gateway. This is also what keyway does without a command.',
  operands: [],
  options: SERVE_OPTIONS,
  examples: [
    'keyway serve',
    'keyway serve --port 8080 --home ./data',
    'keyway serve --host 0.0.0.0 --public-url https://keyway.example.com',
  ],
  async run(call, context) {
    const { terminal } = context
    const settled = await settle(call, context, flagsIn(call))
    const { config } = settled
    for (const warning of settled.warnings)
      terminal.note(`${terminal.style('yellow', 'warning')}  ${describeProblem(warning)}`)
    const first = await isNew(config.home)
    const { startServer } = await import('../../main.ts')
    let running: { hurry(): void } | undefined
    const stopped = stopSignal({
      first: (signal) => terminal.note(`${signal}: finishing the calls that run (again: end them now)`),
      second: () => running?.hurry(),
    })
    const server = await startServer(config, { env: settled.env })
    running = server
    const given = settled.sources.filter((source) => source.from !== 'default' || source.name === 'home')
    if (call.has('json')) {
      terminal.print(JSON.stringify({ url: server.url, home: config.home, version: context.version, sources: given }))
    } else {
      terminal.print(`${terminal.style('bold', `Keyway ${context.version}`)}  ${terminal.style('cyan', server.url)}`)
      terminal.print('')
      for (const line of sourceLines(given, terminal)) terminal.print(line)
      if (settled.dotenv !== undefined)
        terminal.print(terminal.style('dim', `Environment: also from ${settled.dotenv}`))
      terminal.print('')
      for (const line of nextSteps(first ? 'first' : 'again')) terminal.print(line)
    }
    await stopped
    await server.close()
  },
}

async function isNew(home: string): Promise<boolean> {
  return stat(join(home, 'keyway.db')).then(
    () => false,
    () => true,
  )
}

function nextSteps(start: 'first' | 'again'): string[] {
  if (start === 'again') return ['Stop with ctrl-C. Help: npx keyway --help']
  return [
    'Next, in another terminal:',
    '  npx keyway providers add openai      store a provider\u2019s key (asked for, not shown)',
    '  npx keyway keys create --name me     make a key for your own programs',
    'Or look around without any key: npx keyway demo',
  ]
}
