import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { CLI_FILE, cliPage } from './cli-docs.ts'

test('docs/cli.md is the help of the program (else run: node scripts/cli-docs.ts)', async () => {
  expect(await readFile(CLI_FILE, 'utf8')).toBe(cliPage())
})
