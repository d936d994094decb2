import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Command } from '../command.ts'
import { present } from '../context.ts'
import { envExample } from '../env-example.ts'
import { codeOf } from '../message-of.ts'

/** What must not get into a repository. */
const IGNORED = ['.env', 'root.key'] as const

export const initCommand: Command = {
  path: 'init',
  about: 'Prepare this folder: write .env.example, and keep .env and root.key out of git. What is there already stays.',
  operands: [],
  options: {},
  examples: ['keyway init'],
  async run(call, context) {
    const folder = context.place.workingFolder
    const done = [await writeExample(join(folder, '.env.example')), await ignore(join(folder, '.gitignore'))]
    present(call, context, { files: done }, () => [
      ...done.map(({ path, change }) => `${change.padEnd(9)}  ${path}`),
      '',
      'Next: copy .env.example to .env and fill in what you have; then: keyway serve',
    ])
  },
}

type Done = { path: string; change: 'written' | 'changed' | 'unchanged' }

async function writeExample(path: string): Promise<Done> {
  const { PROVIDER_ROWS } = await import('../../providers/rows.ts')
  try {
    await writeFile(path, envExample(PROVIDER_ROWS), { flag: 'wx' })
    return { path, change: 'written' }
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
    return { path, change: 'unchanged' }
  }
}

async function ignore(path: string): Promise<Done> {
  const before = await readFile(path, 'utf8').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  })
  const lines = new Set((before ?? '').split(/\r?\n/).map((line) => line.trim().replace(/^\//, '')))
  const missing = IGNORED.filter((name) => !lines.has(name))
  if (missing.length === 0) return { path, change: 'unchanged' }
  const start = before === undefined || before === '' || before.endsWith('\n') ? (before ?? '') : `${before}\n`
  await writeFile(path, `${start}${missing.join('\n')}\n`)
  return { path, change: before === undefined ? 'written' : 'changed' }
}
