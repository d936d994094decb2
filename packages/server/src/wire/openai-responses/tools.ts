import type { JsonReader } from '../../base/json-reader.ts'
import { NameTable } from '../../base/name-table.ts'

const NAMES = new NameTable(['type', 'tools', 'environment', 'execution'])

/**
 * Tools that run at the client and cost nothing beside their tokens.
 * @see https://platform.openai.com/docs/guides/tools (read 2026-11-24)
 * @see https://platform.openai.com/docs/guides/tools-computer-use: the client's own code clicks, and sends a picture back
 */
const AT_CLIENT: ReadonlySet<string> = new Set([
  'function',
  'custom',
  'namespace',
  'local_shell',
  'apply_patch',
  'computer',
  'computer_use_preview',
])

/** Characters of a type that are quoted in a refusal. */
const TYPE_CHARACTERS_MAX = 40
/** Different types that are told apart. OpenAI has some fifteen. */
const FEATURES_MAX = 32

/** What is learnt of tools: whether there are any, and which of them may be billed beside their tokens. */
export type ToolNotes = { tools: boolean; features: string[] }

/**
 * Steps over an array of tools. Whatever does not run at the client runs at the provider and may be billed there: each
 * such type is noted as a feature, by its name.
 */
export function readTools(reader: JsonReader, notes: ToolNotes): void {
  reader.openArray()
  while (reader.nextElement()) {
    notes.tools = true
    const served = reader.kind() === 'object' ? readTool(reader, notes) : skipUnknown(reader)
    if (served === undefined || notes.features.includes(served)) continue
    if (notes.features.length < FEATURES_MAX) notes.features.push(served)
  }
}

function skipUnknown(reader: JsonReader): string {
  reader.skip()
  return 'tools'
}

/** @returns the name of the feature that the tool is, or undefined where it runs at the client */
function readTool(reader: JsonReader, notes: ToolNotes): string | undefined {
  let types = 0
  let type = ''
  let place: string | undefined
  let execution: string | undefined
  reader.openObject()
  while (reader.nextMember()) {
    const name = reader.name(NAMES)
    if (name === 'type' && reader.kind() === 'string') {
      types++
      type = reader.string()
    } else if (name === 'tools' && reader.kind() === 'array') {
      readTools(reader, notes)
    } else if (name === 'environment' && reader.kind() === 'object') {
      place = readType(reader)
    } else if (name === 'execution' && reader.kind() === 'string') {
      execution = reader.string()
    } else {
      reader.skip()
    }
  }
  if (types !== 1) return 'tools'
  if (AT_CLIENT.has(type)) return undefined
  // A shell without a place, or with a local one, is the client's own; a container is the provider's, by the minute.
  if (type === 'shell' && (place === undefined || place === 'local')) return undefined
  if (type === 'tool_search' && execution === 'client') return undefined
  return `tools.${type.slice(0, TYPE_CHARACTERS_MAX)}`
}

function readType(reader: JsonReader): string {
  let types = 0
  let type = ''
  reader.openObject()
  while (reader.nextMember()) {
    if (reader.name(NAMES) === 'type' && reader.kind() === 'string') {
      types++
      type = reader.string()
    } else {
      reader.skip()
    }
  }
  return types === 1 ? type : ''
}
