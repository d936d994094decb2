// Writes what is made from the configuration's schema: the published JSON Schema, and the tables of docs/configuration.md.
// Run: node scripts/config-schema.ts
import { readFile, writeFile } from 'node:fs/promises'
import { z } from 'zod'
import { configSchema } from '../packages/server/src/config/schema.ts'
import { SETTINGS, type Setting } from '../packages/server/src/config/settings.ts'

/** Where the JSON Schema is published from. */
export const SCHEMA_FILE = new URL('../packages/server/config.schema.json', import.meta.url)

/** The page whose table is kept between two marks. */
export const DOCS_FILE = new URL('../docs/configuration.md', import.meta.url)

const BEGIN = '<!-- settings: made by scripts/config-schema.ts -->'
const END = '<!-- end of settings -->'

/** The JSON Schema as editors want it: draft 7, which the YAML language server reads. */
export function configJsonSchema(): string {
  const schema = z.toJSONSchema(configSchema, { io: 'input', target: 'draft-7' })
  const text = JSON.stringify({ ...schema, title: 'Keyway configuration' }, null, 2)
  // Short lists on one line, as the formatter of this repository wants them.
  return `${text.replace(/\[\s+("[^"\n]*"(?:,\s+"[^"\n]*")*)\s+\]/g, (_, items: string) => `[${items.replace(/,\s+/g, ', ')}]`)}\n`
}

/** A page with its table of settings made anew. @throws Error when the page has no marks */
export function withSettings(page: string): string {
  const [before, after] = [page.indexOf(BEGIN), page.indexOf(END)]
  if (before < 0 || after < before) throw new Error(`the page has no marks ${BEGIN} and ${END}`)
  return `${page.slice(0, before + BEGIN.length)}\n\n${settingsTable()}\n\n${page.slice(after)}`
}

function settingsTable(): string {
  const defaults: unknown = configSchema.parse({})
  const rows = SETTINGS.map((setting) => {
    const purpose = setting.description.replaceAll('|', '\\|')
    return `| \`${setting.name}\` | \`${setting.variable}\` | ${defaultOf(setting, defaults)} | ${purpose} |`
  })
  return ['| setting | environment | default | what it is |', '|---|---|---|---|', ...rows].join('\n')
}

function defaultOf(setting: Setting, defaults: unknown): string {
  const value = setting.path.reduce<unknown>((inner, name) => new Map(Object.entries(inner ?? {})).get(name), defaults)
  if (value === undefined || (typeof value === 'object' && value !== null && Object.keys(value).length === 0))
    return '-'
  return `\`${String(value)}\``
}

if (import.meta.main) {
  await writeFile(SCHEMA_FILE, configJsonSchema())
  await writeFile(DOCS_FILE, withSettings(await readFile(DOCS_FILE, 'utf8')))
}
