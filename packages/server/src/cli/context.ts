import { homedir } from 'node:os'
import type { Environment } from '../config/environment.ts'
import type { Place } from '../config/home.ts'
import { describeProblem } from '../config/problem.ts'
import type { Config } from '../config/schema.ts'
import type { Act } from './acts/act.ts'
import { inTurn } from './busy-home.ts'
import type { Call } from './command.ts'
import { ABSENT, askServer } from './control-client.ts'
import { type LoadedConfig, loadConfig } from './load-config.ts'
import { openActHouse } from './open-house.ts'
import type { Terminal } from './terminal.ts'
import { UsageError } from './usage-error.ts'

/** What every command is given besides its own words. */
export type Context = {
  terminal: Terminal
  env: Environment
  place: Place
  version: string
}

/** Where this process is. */
export function processPlace(): Place {
  return { platform: process.platform, userHome: homedir(), workingFolder: process.cwd() }
}

/** A configuration without problems, with its sources. */
export type SoundConfig = Omit<LoadedConfig, 'config'> & { config: Config }

/**
 * The configuration for a command.
 * @param flags settings that the command line gives, by name, besides `home` and `config`
 * @throws UsageError naming every problem at once
 */
export async function settle(
  call: Call,
  context: Context,
  flags: Record<string, string | boolean | undefined> = {},
): Promise<SoundConfig> {
  const common = { home: call.text('home'), config: call.text('config') }
  const loaded = await loadConfig({ flags: { ...common, ...flags }, env: context.env, place: context.place })
  const { config } = loaded
  if (config === undefined) {
    const lines = loaded.problems.map((problem) => `  ${describeProblem(problem)}`)
    const count = lines.length === 1 ? 'a problem' : `${lines.length} problems`
    const warnings = loaded.warnings.map((problem) => `  warning: ${describeProblem(problem)}`)
    throw new UsageError(
      [`The configuration has ${count}:`, ...lines, ...warnings].join('\n'),
      'See docs/configuration.md, or run: keyway config validate',
    )
  }
  return { ...loaded, config }
}

/**
 * Runs an act: in the server that owns the home, if there is one, else in the house opened for it alone.
 * @throws UsageError where an argument is wrong; KeywayError what the act throws
 */
export async function runAct<Result>(act: Act<Result>, args: unknown, settled: SoundConfig): Promise<Result> {
  act.check(args)
  const { home } = settled.config
  const ask = async () => {
    const answer = await askServer(home, act.name, args)
    return answer === ABSENT ? undefined : { result: act.read(answer) }
  }
  const served = await ask()
  if (served !== undefined) return served.result
  return inTurn(home, {
    act: () => runAlone(act, args, settled),
    served: async () => (await ask())?.result ?? runAlone(act, args, settled),
  })
}

async function runAlone<Result>(act: Act<Result>, args: unknown, settled: SoundConfig): Promise<Result> {
  const { house, close } = await openActHouse(settled)
  try {
    return await act.handle(house, args)
  } finally {
    await close()
  }
}

/** Prints a result: as JSON with `--json`, else in the words of `lines`. */
export function present(call: Call, context: Context, result: unknown, lines: () => readonly string[]): void {
  if (call.has('json')) context.terminal.print(JSON.stringify(result))
  else for (const line of lines()) context.terminal.print(line)
}
