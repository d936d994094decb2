import { parseArgs } from 'node:util'
import { nearestName } from '../config/nearest-name.ts'
import { type Call, COMMON_OPTIONS, type Command, type OptionSpec } from './command.ts'
import { UsageError } from './usage-error.ts'

/** What the command line asks for. */
export type Request =
  | { kind: 'run'; command: Command; call: Call }
  /** Of one command, of a group ('keys'), or of everything (''). */
  | { kind: 'help'; topic: string }
  | { kind: 'version' }

/**
 * Reads a command line by the table of commands. Without a command it is `serve`: `npx keyway` starts the server.
 * @throws UsageError naming what is wrong, and what was probably meant
 */
export function parseCommand(argv: readonly string[], commands: readonly Command[]): Request {
  if (argv[0] === '--version' || argv[0] === '-v') return { kind: 'version' }
  if (argv[0] === 'help') return { kind: 'help', topic: topicOf(argv.slice(1), commands) }
  if (argv[0] === '--help' || argv[0] === '-h') return { kind: 'help', topic: '' }
  const words = argv[0] === undefined || argv[0].startsWith('-') ? ['serve', ...argv] : [...argv]
  const command = findCommand(words, commands)
  if (command === undefined) {
    const topic = topicOf(words, commands)
    if (topic !== '' && words.slice(1).every((word) => word === '--help' || word === '-h'))
      return { kind: 'help', topic }
    throw unknownCommand(words, commands)
  }
  const rest = words.slice(command.path.split(' ').length)
  if (rest.includes('--help') || rest.includes('-h')) return { kind: 'help', topic: command.path }
  return { kind: 'run', command, call: parseCall(command, rest) }
}

function findCommand(words: readonly string[], commands: readonly Command[]): Command | undefined {
  const matching = commands.filter((command) => command.path.split(' ').every((word, index) => word === words[index]))
  return matching.sort((a, b) => b.path.length - a.path.length)[0]
}

function topicOf(words: readonly string[], commands: readonly Command[]): string {
  const exact = findCommand(words, commands)
  if (exact !== undefined) return exact.path
  const [first = ''] = words
  return commands.some((command) => command.path.startsWith(`${first} `)) ? first : ''
}

function unknownCommand(words: readonly string[], commands: readonly Command[]): UsageError {
  const written = words
    .slice(0, 2)
    .filter((word) => !word.startsWith('-'))
    .join(' ')
  const group = commands.filter((command) => command.path.startsWith(`${words[0]} `))
  const near =
    nearestName(
      written,
      commands.map((command) => command.path),
    ) ??
    nearestName(
      words[0] ?? '',
      commands.map((command) => command.path),
    )
  const meant = near === undefined ? undefined : `Did you mean: keyway ${near}`
  if (group.length > 0)
    return new UsageError(
      `keyway ${words[0]} takes one of: ${group.map((command) => command.path.split(' ')[1]).join(', ')}`,
      meant,
    )
  return new UsageError('There is no such command.', meant ?? 'See them all with: keyway --help')
}

function parseCall(command: Command, words: readonly string[]): Call {
  const specs: Record<string, OptionSpec> = { ...COMMON_OPTIONS, ...command.options }
  const options = Object.fromEntries(
    Object.entries(specs).map(([name, spec]) => {
      const type = spec.value === undefined ? ('boolean' as const) : ('string' as const)
      return [name, spec.repeatable ? { type, multiple: true } : { type }]
    }),
  )
  const { tokens } = parseArgs({ args: [...words], options, strict: false, allowPositionals: true, tokens: true })
  const values = new Map<string, string[]>()
  const operands: string[] = []
  for (const token of tokens) {
    if (token.kind === 'positional') operands.push(token.value)
    if (token.kind !== 'option') continue
    const spec = specs[token.name]
    if (spec === undefined || token.rawName !== `--${token.name}`)
      throw unknownOption(command, token.rawName, Object.keys(specs))
    if (spec.value === undefined && token.value !== undefined) throw new UsageError(`--${token.name} takes no value.`)
    // `--limit --name x`: the next option is not a value.
    const missing = token.value === undefined || (!token.inlineValue && /^-\D/.test(token.value))
    if (spec.value !== undefined && missing)
      throw new UsageError(`--${token.name} needs a value: --${token.name} <${spec.value}>`)
    const earlier = values.get(token.name) ?? []
    if (earlier.length > 0 && !spec.repeatable) throw new UsageError(`--${token.name} is given twice.`)
    values.set(token.name, [...earlier, token.value ?? 'true'])
  }
  checkOperands(command, operands)
  return {
    operand: (name) => operands[command.operands.findIndex((operand) => operand.slice(1, -1) === name)],
    text: (name) => values.get(name)?.[0],
    texts: (name) => values.get(name) ?? [],
    has: (name) => values.has(name),
  }
}

function checkOperands(command: Command, operands: readonly string[]): void {
  const missing = command.operands.slice(operands.length).find((operand) => operand.startsWith('<'))
  if (missing !== undefined)
    throw new UsageError(`keyway ${command.path} needs ${missing}.`, `For example: ${command.examples[0] ?? ''}`)
  if (operands.length > command.operands.length) {
    // The word itself is not repeated: it may be a key that does not belong on a command line.
    throw new UsageError(
      command.surplus ?? `keyway ${command.path} takes ${command.operands.length} words, not ${operands.length}.`,
    )
  }
}

function unknownOption(command: Command, written: string, known: readonly string[]): UsageError {
  const near = nearestName(written.replace(/^-+/, ''), known)
  const fix = near === undefined ? `See: keyway ${command.path} --help` : `Did you mean --${near}?`
  // Long words are not repeated: they may be secrets.
  return new UsageError(`keyway ${command.path} has no option ${written.length > 30 ? 'of that name' : written}.`, fix)
}
