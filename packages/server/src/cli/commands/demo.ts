import { rmSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeSetupLink } from '../../accounts/users.ts'
import type { RunningServer } from '../../main.ts'
import { createKey } from '../acts/keys.ts'
import type { Call, Command } from '../command.ts'
import { type Context, runAct, type SoundConfig, settle } from '../context.ts'
import { demoSetup, type SimulatedProvider } from '../demo-setup.ts'
import { openSetup, setupOpener } from '../open-setup.ts'
import { endStopped, stopSignal } from '../stop-signal.ts'
import { UsageError } from '../usage-error.ts'

export const demoCommand: Command = {
  path: 'demo',
  about: 'Try Keyway without a key or internet: simulated providers, and a Keyway in a temporary folder wired to them.',
  operands: [],
  options: {
    port: { value: 'number', about: 'TCP port; 0 picks a free one. Default: 7777 (KEYWAY_PORT).' },
    'no-open': { about: 'Open no browser (KEYWAY_OPEN).' },
  },
  examples: ['keyway demo', 'keyway demo --json --port 0'],
  async run(call, context) {
    for (const option of ['home', 'config']) {
      if (call.has(option))
        throw new UsageError(`The demo takes no --${option}: it lives in a temporary folder of its own.`)
    }
    let running: { hurry(): void } | undefined
    // From here on a signal leads to the end of this function, where everything is taken away again.
    const steps = {
      first: () => context.terminal.note('Stopping; nothing is left behind.'),
      second: () => running?.hurry(),
    }
    const stopped = stopSignal(steps, context.env)
    const home = await mkdtemp(join(tmpdir(), 'keyway-demo-'))
    // Also where a third signal ends the process on the spot.
    process.once('exit', () => rmSync(home, { recursive: true, force: true }))
    try {
      const { startSimulation } = await import('@keyway/sim')
      const simulation = await startSimulation()
      try {
        const { startServer } = await import('../../main.ts')
        const { siteUrl } = simulation.openrouter
        const settled = await demoConfig({ home, call, context, simulated: simulation.providers, siteUrl })
        const server = await startServer(settled.config, { env: settled.env })
        running = server
        try {
          // The models of the demo's own provider are known once it was asked for them.
          await server.house.catalogue.pending()
          const signInUrl = await sampleOwner(server)
          await announce({ url: server.url, signInUrl, settled, call, context, simulated: simulation.providers })
          const opener = call.has('json') ? undefined : setupOpener(settled.config, context)
          const { store, clock } = server.house
          const opened = opener && (await openSetup(signInUrl, opener, { home, context, store, clock }))
          await stopped
          await opened?.end()
        } finally {
          await server.close()
        }
      } finally {
        await simulation.close()
      }
    } finally {
      await rm(home, { recursive: true, force: true })
    }
    endStopped()
  },
}

type Simulated = Readonly<Record<string, SimulatedProvider>>

/** Of the environment only the port counts: the demo must not touch a real home, nor use a real key. */
function demoConfig(of: {
  home: string
  call: Call
  context: Context
  simulated: Simulated
  /** Where the simulated OpenRouter's website is. */
  siteUrl: string
}): Promise<SoundConfig> {
  const { providers, env } = demoSetup(of.simulated)
  const whole = {
    ...env,
    KEYWAY_PORT: of.context.env['KEYWAY_PORT'],
    KEYWAY_OPEN: of.context.env['KEYWAY_OPEN'],
    KEYWAY_HOME: of.home,
    KEYWAY_PROVIDERS: JSON.stringify(providers),
    KEYWAY_CONNECT_OPENROUTER_URL: of.siteUrl,
    KEYWAY_DEMO: 'true',
    KEYWAY_LOG__LEVEL: 'error',
    // Keeps a .env of this folder out.
    NODE_ENV: 'production',
  }
  const noWords = { operand: () => undefined, text: () => undefined, texts: () => [], has: () => false }
  return settle(
    noWords,
    { ...of.context, env: whole },
    {
      port: of.call.text('port'),
      open: of.call.has('no-open') ? false : undefined,
    },
  )
}

/** Gives the owner a sample name. @returns a link that signs whoever opens it first in as them, on this machine */
async function sampleOwner({ url, house }: RunningServer): Promise<string> {
  const { store, clock, owner, workspace } = house
  const actor = { id: owner.id, workspaceId: workspace.id }
  await store.updateUser(owner.id, { name: 'Sam Sample' }, actor)
  return (await makeSetupLink({ store, clock, publicUrl: url }, owner.id, actor)).link
}

async function announce(of: {
  url: string
  signInUrl: string
  settled: SoundConfig
  call: Call
  context: Context
  simulated: Simulated
}): Promise<void> {
  const { url, signInUrl, settled, call, context, simulated } = of
  const sample = { env: 'development' }
  const { key } = await runAct(createKey, { ...sample, name: 'demo', limit: '100.00' }, settled)
  const management = await runAct(createKey, { ...sample, name: 'demo-management', management: true }, settled)
  if (call.has('json')) {
    const providers = Object.fromEntries(Object.entries(simulated).map(([name, { baseUrl }]) => [name, baseUrl]))
    context.terminal.print(JSON.stringify({ url, signInUrl, key, managementKey: management.key, providers }))
    return
  }
  for (const line of demoLines(url, { signInUrl, key, managementKey: management.key })) context.terminal.print(line)
}

function demoLines(url: string, of: { signInUrl: string; key: string; managementKey: string }): string[] {
  const { signInUrl, key, managementKey } = of
  return [
    `Keyway demo  ${url}`,
    '',
    'ANSWERS ARE SIMULATED. No model is asked, nothing is spent, and nothing leaves this machine.',
    '',
    'Open this once, within 15 minutes, to look around as a sample owner. Connect with OpenRouter works, simulated:',
    `  ${signInUrl}`,
    '',
    'For programs:',
    `  key             ${key}`,
    `  management key  ${managementKey}`,
    '',
    'Try it:',
    `  curl ${url}/api/v1/chat/completions \\`,
    `    -H 'Authorization: Bearer ${key}' -H 'Content-Type: application/json' \\`,
    `    -d '{"model":"openai/gpt-4o-mini","messages":[{"role":"user","content":"Hello"}]}'`,
    '',
    'Trouble to try your own program against: sim/slow sim/429 sim/timeout sim/cut sim/empty sim/error-first',
    'End with ctrl-C: nothing is left behind.',
  ]
}
