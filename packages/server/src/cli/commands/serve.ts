import { isSetUp } from '../../accounts/sign-in.ts'
import { makeSetupLink } from '../../accounts/users.ts'
import { describeProblem } from '../../config/problem.ts'
import type { Source } from '../../config/resolve.ts'
import type { RunningServer } from '../../main.ts'
import { inTurn } from '../busy-home.ts'
import type { Command } from '../command.ts'
import { settle } from '../context.ts'
import { openToWriting } from '../examine-place.ts'
import { openSetup, setupOpener } from '../open-setup.ts'
import { flagsIn, SERVE_OPTIONS } from '../serve-flags.ts'
import { sourceLines } from '../source-text.ts'
import { endStopped, stopSignal } from '../stop-signal.ts'

export const serveCommand: Command = {
  path: 'serve',
  about: 'Start the gateway. This is also what keyway does without a command.',
  operands: [],
  options: SERVE_OPTIONS,
  examples: [
    'keyway serve',
    'keyway serve --port 8080 --home ./data --no-open',
    'keyway serve --host 0.0.0.0 --public-url https://keyway.example.com',
  ],
  async run(call, context) {
    const { terminal } = context
    const settled = await settle(call, context, flagsIn(call))
    const { config } = settled
    for (const warning of settled.warnings)
      terminal.note(`${terminal.style('yellow', 'warning')}  ${describeProblem(warning)}`)
    const open = await openToWriting(config.home)
    if (open !== undefined) terminal.note(`${terminal.style('yellow', 'warning')}  ${open}`)
    const { startServer } = await import('../../main.ts')
    const start = () => startServer(config, { env: settled.env })
    let running: { hurry(): void } | undefined
    const steps = {
      first: (why: string) => terminal.note(`${why}: finishing the calls that run (again: end them now)`),
      second: () => running?.hurry(),
    }
    const stopped = stopSignal(steps, context.env)
    const waiting = () => terminal.note(`Another command is at work in ${config.home}; waiting for it.`)
    // Where a server has the home, the start fails in the words that name it.
    const server = await inTurn(config.home, { act: start, served: start, waiting })
    running = server
    const link = await setupLink(server)
    const chosen = settled.sources.filter((source) => source.from !== 'default' || source.name === 'home')
    const given = [...chosen, ...(await keySources(server))]
    const opener = link === undefined || call.has('json') ? undefined : setupOpener(config, context)
    if (call.has('json')) {
      const { version } = context
      const shown = { url: server.url, home: config.home, version, setup_link: link ?? null, sources: given }
      terminal.print(JSON.stringify(shown))
    } else {
      terminal.print(`${terminal.style('bold', `Keyway ${context.version}`)}  ${terminal.style('cyan', server.url)}`)
      terminal.print('')
      for (const line of sourceLines(given, terminal)) terminal.print(line)
      if (settled.dotenv !== undefined)
        terminal.print(terminal.style('dim', `Environment: also from ${settled.dotenv}`))
      terminal.print('')
      for (const line of nextSteps(link, opener === undefined ? 'by hand' : 'by itself')) terminal.print(line)
    }
    const { store, clock } = server.house
    const opened =
      link === undefined || opener === undefined
        ? undefined
        : await openSetup(link, opener, { home: config.home, context, store, clock })
    await stopped
    await opened?.end()
    await server.close()
    endStopped()
  },
}

/** The providers' keys that are not in the database, and where each is read from; never what it is. */
async function keySources({ house }: RunningServer): Promise<Source[]> {
  const credentials = await house.vault.list(house.workspace.id)
  const outside = credentials.filter(({ origin }) => origin === 'environment')
  return outside.map(({ provider, hint }) => ({
    name: `${provider} key`,
    value: '(hidden)',
    from: 'environment',
    where: hint.replace(/^(env|file):/, ''),
  }))
}

/** A one-time link for the owner, as long as nobody can sign in; undefined afterwards. */
async function setupLink({ url, house }: RunningServer): Promise<string | undefined> {
  const { store, clock, owner, workspace } = house
  if (owner.disabledAt !== null || (await isSetUp({ store }))) return undefined
  const actor = { id: owner.id, workspaceId: workspace.id }
  return (await makeSetupLink({ store, clock, publicUrl: url }, owner.id, actor)).link
}

/** @param opens how the link comes into a browser */
function nextSteps(link: string | undefined, opens: 'by itself' | 'by hand'): string[] {
  if (link === undefined) return ['Stop with ctrl-C. Help: npx keyway --help']
  return [
    ...(opens === 'by itself'
      ? ['Your browser opens to set up your login. If it does not, open this once, within 15 minutes:']
      : ['Open this once, within 15 minutes, to set up your login:']),
    `  ${link}`,
    'Another one, later: npx keyway users setup-link owner',
    '',
    'Or in another terminal, without the web app:',
    '  npx keyway providers add openai      store a provider\u2019s key (asked for, not shown)',
    '  npx keyway keys create --name me     make a key for your own programs',
    'Or look around without any key: npx keyway demo',
  ]
}
