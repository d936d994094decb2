import { SETTINGS } from '../config/settings.ts'
import type { Call, OptionSpec } from './command.ts'

/** Settings that have a flag of `serve`; the others are for the environment and the file. `--home` is every command's. */
const FLAGGED: ReadonlySet<string> = new Set([
  'port',
  'host',
  'public_url',
  'tls.cert',
  'tls.key',
  'trusted_proxies',
  'insecure_http',
  'log.level',
  'open',
])

/** What is on unless the flag says otherwise. */
const ON: ReadonlySet<string> = new Set(['open'])

/** What a flag does, where that is the contrary of what the setting says. */
const ABOUT: ReadonlyMap<string, string> = new Map([['open', 'Open no browser at the first start.']])

/** 'tls.cert' -> 'tls-cert'; 'open' -> 'no-open' */
function optionOf(name: string): string {
  return `${ON.has(name) ? 'no-' : ''}${name.replace(/[._]/g, '-')}`
}

/** The flags of `serve`, made of the schema. */
export const SERVE_OPTIONS: Readonly<Record<string, OptionSpec>> = Object.fromEntries(
  SETTINGS.filter((setting) => FLAGGED.has(setting.name)).map((setting) => {
    const about = `${ABOUT.get(setting.name) ?? setting.description} (${setting.variable})`
    return [
      optionOf(setting.name),
      setting.kind === 'boolean' ? { about } : { value: setting.kind === 'number' ? 'number' : 'text', about },
    ]
  }),
)

/** What the flags set, by setting. */
export function flagsIn(call: Call): Record<string, string | boolean | undefined> {
  return Object.fromEntries(
    SETTINGS.filter((setting) => FLAGGED.has(setting.name)).map((setting) => {
      const option = optionOf(setting.name)
      if (setting.kind !== 'boolean') return [setting.name, call.text(option)]
      return [setting.name, call.has(option) ? !ON.has(setting.name) : undefined]
    }),
  )
}
