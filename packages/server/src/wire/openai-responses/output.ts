import type { JsonReader } from '../../base/json-reader.ts'
import { NameTable } from '../../base/name-table.ts'
import { sealedTail } from '../sealed.ts'

const ITEM_NAMES = new NameTable([
  'type',
  'content',
  'summary',
  'name',
  'arguments',
  'input',
  'code',
  'encrypted_content',
])
const PART_NAMES = new NameTable(['text', 'refusal', 'transcript'])

/**
 * Items that ask the client to run something, and to come back with what it gave.
 * @see https://platform.openai.com/docs/api-reference/responses/object (output; read 2026-11-24)
 */
const CALLS: ReadonlySet<string> = new Set([
  'function_call',
  'custom_tool_call',
  'local_shell_call',
  'shell_call',
  'apply_patch_call',
  'computer_call',
  'tool_search_call',
  'mcp_approval_request',
])

/** What an item of an answer holds: UTF-8 bytes that are paid for, about; and whether it calls something at the client. */
export type ItemNotes = { bytes: number; calls: boolean; sealed: string | undefined }

/** Steps over the array of an answer's items. */
export function readOutput(reader: JsonReader): ItemNotes {
  const notes: ItemNotes = { bytes: 0, calls: false, sealed: undefined }
  reader.openArray()
  while (reader.nextElement()) {
    if (reader.kind() !== 'object') {
      reader.skip()
      continue
    }
    const item = readItem(reader)
    notes.bytes += item.bytes
    if (item.calls) notes.calls = true
    notes.sealed = item.sealed ?? notes.sealed
  }
  return notes
}

/** Steps over one item. Encrypted reasoning counts as it stands: nobody here can tell how long the text in it is. */
export function readItem(reader: JsonReader): ItemNotes & { sealedBytes: number } {
  let bytes = 0
  let sealedBytes = 0
  let calls = false
  let sealed: string | undefined
  reader.openObject()
  while (reader.nextMember()) {
    const name = reader.name(ITEM_NAMES)
    const kind = reader.kind()
    if (name === 'type' && kind === 'string') calls = CALLS.has(reader.string())
    else if (name === undefined || name === 'type') reader.skip()
    else if (kind === 'string' && name === 'encrypted_content') {
      const start = reader.pos
      sealed = sealedTail(reader)
      sealedBytes += reader.pos - start - 2
    } else if (kind === 'string') bytes += reader.stringBytes()
    else if (kind === 'array') bytes += readParts(reader)
    else reader.skip()
  }
  return { bytes: bytes + sealedBytes, sealedBytes, calls, sealed }
}

function readParts(reader: JsonReader): number {
  let bytes = 0
  reader.openArray()
  while (reader.nextElement()) {
    if (reader.kind() !== 'object') {
      reader.skip()
      continue
    }
    reader.openObject()
    while (reader.nextMember()) {
      if (reader.name(PART_NAMES) !== undefined && reader.kind() === 'string') bytes += reader.stringBytes()
      else reader.skip()
    }
  }
  return bytes
}
