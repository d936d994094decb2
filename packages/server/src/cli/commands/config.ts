import { describeProblem } from '../../config/problem.ts'
import { isToken } from '../../keys/token.ts'
import type { Command } from '../command.ts'
import { present, settle } from '../context.ts'
import { FailedError } from '../failed-error.ts'
import { loadConfig } from '../load-config.ts'
import { readSecret, SECRET_OPTIONS } from '../secret-input.ts'
import { sourceLines } from '../source-text.ts'

export const configCommands: readonly Command[] = [
  {
    path: 'config validate',
    about: 'Check the configuration: every problem at once, with file and line.',
    operands: [],
    options: {},
    examples: ['keyway config validate --config keyway.yaml'],
    async run(call, context) {
      const flags = { home: call.text('home'), config: call.text('config') }
      const { problems, warnings } = await loadConfig({ flags, env: context.env, place: context.place })
      present(call, context, { valid: problems.length === 0, problems, warnings }, () => [
        ...problems.map((problem) => `${context.terminal.style('red', 'error')}    ${describeProblem(problem)}`),
        ...warnings.map((problem) => `${context.terminal.style('yellow', 'warning')}  ${describeProblem(problem)}`),
        problems.length === 0 ? 'The configuration is valid.' : `${problems.length} to correct.`,
      ])
      if (problems.length > 0) throw new FailedError()
    },
  },
  {
    path: 'config show',
    about: 'Show every setting, and where it came from.',
    operands: [],
    options: {},
    examples: ['keyway config show', 'keyway config show --json'],
    async run(call, context) {
      const { sources } = await settle(call, context)
      present(call, context, sources, () => sourceLines(sources, context.terminal))
    },
  },
  {
    path: 'token check',
    about: 'Tell whether a text is a key of Keyway, by its checksum alone. Nothing is looked up.',
    operands: [],
    options: { 'key-stdin': SECRET_OPTIONS['key-stdin'] ?? { about: '' }, key: SECRET_OPTIONS['key'] ?? { about: '' } },
    examples: ['keyway token check --key-stdin < suspicious.txt'],
    async run(call, context) {
      const given = await readSecret(call, context, { prompt: 'Key (not shown): ', need: 'required' })
      const text = 'secret' in given && given.secret !== undefined ? given.secret.trim() : ''
      const token = isToken(text)
      const kind = !token ? null : text.startsWith('kwy_m1_') ? 'management' : 'inference'
      present(call, context, { token, kind }, () => [
        kind === null ? 'No: this is no key of Keyway.' : `Yes: it has the form and checksum of a Keyway ${kind} key.`,
      ])
      if (!token) throw new FailedError()
    },
  },
]
