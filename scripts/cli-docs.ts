// Writes docs/cli.md from the table of commands. Run: node scripts/cli-docs.ts
import { writeFile } from 'node:fs/promises'
import { COMMON_OPTIONS, type OptionSpec } from '../packages/server/src/cli/command.ts'
import { COMMANDS } from '../packages/server/src/cli/commands/all.ts'
import { optionUsage, usage } from '../packages/server/src/cli/help.ts'

/** The page that is made. */
export const CLI_FILE = new URL('../docs/cli.md', import.meta.url)

const INTRODUCTION = `# The command line

\`npx keyway <command>\`. Without a command it starts the server. This page is made of the program's own help by \`node scripts/cli-docs.ts\`.

- Results go to standard output, everything else to standard error. \`--json\` prints JSON with names that stay; failures are then one JSON line \`{"error": {"code", "message", "fix"}}\` on standard error.
- Exit codes: 0 done, 1 failed, 2 bad usage (a wrong option, or a configuration that is not valid).
- While a server runs, commands work through a socket in its home (mode 0600) and take effect within one second; else they open the home themselves.
- Secrets come from standard input, a reference or a prompt that shows nothing, never from the command line, where every process can read them.
- Colours only on a terminal, and not with \`NO_COLOR\`.
- Amounts in JSON are US dollars as numbers, times are RFC 3339 in UTC; keys have the fields of \`GET /api/v1/keys\`.
`

/** The whole page. */
export function cliPage(): string {
  const commands = COMMANDS.map((command) => {
    const options = Object.entries(command.options)
    return [
      `## ${command.path}`,
      '',
      `\`keyway ${usage(command)}${options.length === 0 ? '' : ' [options]'}\``,
      '',
      command.about,
      '',
      ...(options.length === 0 ? [] : [...optionTable(command.options), '']),
      '```sh',
      ...command.examples,
      '```',
      '',
    ].join('\n')
  })
  return `${[INTRODUCTION, '## Options of every command', '', ...optionTable(COMMON_OPTIONS), '', ...commands].join('\n').trimEnd()}\n`
}

function optionTable(options: Readonly<Record<string, OptionSpec>>): string[] {
  const rows = Object.entries(options).map(
    ([name, spec]) =>
      `| \`${optionUsage(name, spec).replaceAll('|', '\\|')}\` | ${spec.about.replaceAll('|', '\\|')} |`,
  )
  return ['| option | |', '|---|---|', ...rows]
}

if (import.meta.main) await writeFile(CLI_FILE, cliPage())
