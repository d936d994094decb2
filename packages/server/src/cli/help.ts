import { COMMON_OPTIONS, type Command, type OptionSpec } from './command.ts'
import type { Terminal } from './terminal.ts'

/** The help on one command, on a group of them ('keys'), or on all (''). */
export function helpLines(topic: string, commands: readonly Command[], terminal: Pick<Terminal, 'style'>): string[] {
  const command = commands.find((candidate) => candidate.path === topic)
  return command === undefined ? listLines(topic, commands, terminal) : commandLines(command, terminal)
}

/** What a newcomer types, in this order. */
const FIRST_STEPS = [
  'keyway serve',
  'keyway providers add openai',
  'keyway keys create --name my-app --limit 5.00 --reset monthly',
  'keyway usage --by model',
]

function listLines(topic: string, commands: readonly Command[], terminal: Pick<Terminal, 'style'>): string[] {
  const shown = topic === '' ? commands : commands.filter((command) => command.path.startsWith(`${topic} `))
  const width = Math.max(...shown.map((command) => usage(command).length))
  return [
    terminal.style('bold', topic === '' ? 'keyway: one key to every model' : `keyway ${topic}`),
    '',
    ...shown.map((command) => `  ${usage(command).padEnd(width)}  ${terminal.style('dim', command.about)}`),
    '',
    'Options of every command:',
    ...optionLines(COMMON_OPTIONS, terminal),
    '',
    'Examples:',
    ...(topic === '' ? FIRST_STEPS : shown.flatMap(({ examples }) => examples.slice(0, 1))).map((line) => `  ${line}`),
    '',
    'More on one command: keyway <command> --help',
  ]
}

function commandLines(command: Command, terminal: Pick<Terminal, 'style'>): string[] {
  const own =
    Object.keys(command.options).length === 0 ? [] : ['', 'Options:', ...optionLines(command.options, terminal)]
  return [
    `${terminal.style('bold', `keyway ${usage(command)}`)}${Object.keys(command.options).length === 0 ? '' : ' [options]'}`,
    '',
    command.about,
    ...own,
    '',
    'Options of every command:',
    ...optionLines(COMMON_OPTIONS, terminal),
    '',
    'Examples:',
    ...command.examples.map((example) => `  ${example}`),
  ]
}

/** 'keys create [name]' */
export function usage(command: Command): string {
  return [command.path, ...command.operands].join(' ')
}

/** '--limit <usd>' */
export function optionUsage(name: string, spec: OptionSpec): string {
  return spec.value === undefined ? `--${name}` : `--${name} <${spec.value}>`
}

function optionLines(options: Readonly<Record<string, OptionSpec>>, terminal: Pick<Terminal, 'style'>): string[] {
  const entries = Object.entries(options).map(([name, spec]) => [optionUsage(name, spec), spec.about] as const)
  const width = Math.max(...entries.map(([text]) => text.length))
  return entries.map(([text, about]) => `  ${text.padEnd(width)}  ${terminal.style('dim', about)}`)
}
