import type { Context } from './context.ts'

/** One option of a command: `--limit <usd>` or `--follow`. */
export type OptionSpec = {
  /** What stands for its value in the help, such as 'usd'; undefined: the option has none. */
  value?: string
  about: string
  /** May be given several times. */
  repeatable?: true
}

/** One command: what can be written after `keyway`, and what it does. The help and docs/cli.md are made of these. */
export type Command = {
  /** 'keys create' */
  path: string
  /** One sentence. */
  about: string
  /** What follows without dashes: '<provider>' must be given, '[user]' may. */
  operands: readonly string[]
  options: Readonly<Record<string, OptionSpec>>
  /** Lines that work as they are. */
  examples: readonly string[]
  /** Why a further word is refused, where it may well be a secret. */
  surplus?: string
  run(call: Call, context: Context): Promise<void>
}

/** What was written, read by the command's own table. */
export type Call = {
  operand(name: string): string | undefined
  /** An option's value, or undefined when it was not given. */
  text(name: string): string | undefined
  /** Every value of an option that may be repeated. */
  texts(name: string): string[]
  /** Was it given? */
  has(name: string): boolean
}

/** Options of every command. */
export const COMMON_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  json: { about: 'Print JSON with stable names, and nothing else, on stdout.' },
  home: { value: 'folder', about: 'The data folder (KEYWAY_HOME).' },
  config: { value: 'file', about: 'The configuration file (KEYWAY_CONFIG).' },
  help: { about: 'Show this help.' },
}
