import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { parseDocument } from 'yaml'
import { parseConfigFile } from '../packages/server/src/config/config-file.ts'
import { configJsonSchema, DOCS_FILE, SCHEMA_FILE, withSettings } from './config-schema.ts'

test('the published JSON Schema is the one of the sources (else run: node scripts/config-schema.ts)', async () => {
  expect(await readFile(SCHEMA_FILE, 'utf8')).toBe(configJsonSchema())
})

test('the settings in docs/configuration.md are those of the sources (else run: node scripts/config-schema.ts)', async () => {
  const page = await readFile(DOCS_FILE, 'utf8')
  expect(page).toBe(withSettings(page))
})

test('every example of docs/configuration.md is a valid configuration', async () => {
  const page = await readFile(DOCS_FILE, 'utf8')
  const examples = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map((match) => match[1] ?? '')
  expect(examples.length).toBeGreaterThan(2)
  for (const example of examples) {
    expect(parseDocument(example).errors).toEqual([])
    expect(parseConfigFile(example, 'example').problems, example).toEqual([])
  }
})
