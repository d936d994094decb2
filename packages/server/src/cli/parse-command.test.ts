import { describe, expect, test } from 'vitest'
import type { Command } from './command.ts'
import { COMMANDS } from './commands/all.ts'
import { helpLines, optionUsage } from './help.ts'
import { parseCommand } from './parse-command.ts'
import { UsageError } from './usage-error.ts'

function refusal(...argv: string[]): UsageError {
  try {
    parseCommand(argv, COMMANDS)
  } catch (error) {
    if (error instanceof UsageError) return error
    throw error
  }
  throw new Error(`${argv.join(' ')} was not refused`)
}

function run(...argv: string[]) {
  const request = parseCommand(argv, COMMANDS)
  if (request.kind !== 'run') throw new Error(`${argv.join(' ')} does not run`)
  return request
}

describe('what is refused', () => {
  test('a command that is not there, with the one that was meant', () => {
    expect(refusal('kyes', 'list').fix).toContain('keyway keys list')
    expect(refusal('keys', 'lsit').fix).toContain('keyway keys list')
    expect(refusal('dcotor').fix).toContain('keyway doctor')
    expect(refusal('keys', 'fly').message).toContain('create, list, show')
  })

  test('an option that is not there, with the one that was meant', () => {
    expect(refusal('keys', 'create', '--limt', '5').fix).toContain('--limit')
    expect(refusal('keys', 'create', '-n', 'x').message).toContain('no option')
  })

  test('an option without its value, with one too many, or twice', () => {
    expect(refusal('keys', 'create', '--name').message).toContain('--name <text>')
    expect(refusal('keys', 'create', '--limit', '--name', 'x').message).toContain('--limit needs a value')
    expect(refusal('keys', 'create', '--management=yes').message).toContain('takes no value')
    expect(refusal('keys', 'create', '--name', 'a', '--name', 'b').message).toContain('twice')
  })

  test('a word that is missing', () => {
    expect(refusal('keys', 'show').message).toContain('<key>')
    expect(refusal('credits', 'grant', 'owner').message).toContain('<usd>')
  })

  test('a key on the command line is refused with the ways that are safe, and is not repeated', () => {
    const secret = 'sk-proj-canary-1234567890abcdef'
    for (const argv of [
      ['providers', 'add', 'openai', secret],
      ['providers', 'replace', 'openai', secret],
      ['keys', 'create', secret],
      ['keys', 'create', `--${secret}`],
      [secret],
    ]) {
      const error = refusal(...argv)
      expect(`${error.message} ${error.fix}`, argv.join(' ')).not.toContain('canary')
    }
    expect(refusal('providers', 'add', 'openai', secret).message).toContain('--key-stdin')
  })
})

describe('what is understood', () => {
  test('without a command, or with an option first, the server starts', () => {
    expect(run().command.path).toBe('serve')
    expect(run('--port', '0').call.text('port')).toBe('0')
  })

  test('options in both forms, before and after words', () => {
    const { command, call } = run('keys', 'update', '--limit=5.00', 'my-app', '--json')
    expect(command.path).toBe('keys update')
    expect([call.operand('key'), call.text('limit'), call.has('json'), call.text('name')]).toEqual([
      'my-app',
      '5.00',
      true,
      undefined,
    ])
  })

  test('help of all, of a group and of a command; the version', () => {
    const topics = (...argv: string[]) => {
      const request = parseCommand(argv, COMMANDS)
      return request.kind === 'help' ? request.topic : request.kind
    }
    expect([
      topics('--help'),
      topics('help'),
      topics('keys'),
      topics('keys', '--help'),
      topics('help', 'keys', 'create'),
    ]).toEqual(['', '', 'keys', 'keys', 'keys create'])
    expect([topics('keys', 'create', '--name', 'x', '--help'), topics('--version')]).toEqual(['keys create', 'version'])
  })
})

describe('the table of commands', () => {
  test.each(COMMANDS.map((command): [string, Command] => [command.path, command]))(
    '%s says what it does, with an example that it understands',
    (path, command) => {
      expect(command.about).toMatch(/^[A-Z].*\.$/)
      expect(command.examples.length).toBeGreaterThan(0)
      for (const example of command.examples) {
        const words = /keyway ([^|<)]*)/.exec(example)?.[1]?.trim().replaceAll('"', '').split(/\s+/) ?? []
        expect(run(...words).command.path, example).toBe(path)
      }
      for (const [name, spec] of Object.entries(command.options))
        expect(optionUsage(name, spec), path).not.toContain('undefined')
    },
  )
})

test.each(['', 'keys', 'vault'])('the help of "%s" ends with examples that are commands', (topic) => {
  const lines = helpLines(topic, COMMANDS, { style: (_style, text) => text })
  const examples = lines.slice(lines.indexOf('Examples:') + 1, lines.lastIndexOf(''))
  expect(examples.length).toBeGreaterThan(0)
  for (const example of examples) {
    const words = /keyway ([^|<)]*)/.exec(example)?.[1]?.trim().replaceAll('"', '').split(/\s+/) ?? []
    expect(parseCommand(words, COMMANDS).kind, example).toBe('run')
  }
})
