import { JsonReader } from '../../base/json-reader.ts'
import { NameTable } from '../../base/name-table.ts'
import type { PromptText } from '../codec.ts'

/** Members that name things or carry what no tokenizer reads as text; `data` is judged by its `type`. */
const NAMES = new NameTable([
  'type',
  'role',
  'id',
  'tool_use_id',
  'file_id',
  'media_type',
  'cache_control',
  'signature',
  'encrypted_content',
  'data',
])
const PARTS = new NameTable(['system', 'messages', 'tools'])

/** Around each message and each tool, in tokens. About what counting with and without them differs by. */
const FRAME_TOKENS = 4

/** Bytes of text that are given out; no tokenizer is given more. What is longer is only measured. */
const TEXT_BYTES_MAX = 1024 * 1024

/**
 * What a tokenizer would read of a request: system prompt, messages and tools as text, and the tokens that stand around
 * them. The data of images and files is left out; they are counted by the piece. The body is stepped over and never made
 * into objects: a body of nothing but `{},{},...` would be a hundred times as large in memory.
 * @param body has passed `peek`
 */
export function promptText(body: Uint8Array): PromptText {
  const reader = new JsonReader(body)
  const found: Found = { texts: [], bytes: 0, moreBytes: 0 }
  let frames = 0
  if (reader.kind() === 'object') {
    reader.openObject()
    while (reader.nextMember()) {
      const name = reader.name(PARTS)
      if (name === 'system') gather(reader, found)
      else if (name !== undefined && reader.kind() === 'array') frames += readList(reader, name, found)
      else reader.skip()
    }
  }
  return { text: found.texts.join('\n'), moreBytes: found.moreBytes, frameTokens: frames * FRAME_TOKENS }
}

type Found = { texts: string[]; bytes: number; moreBytes: number }

/** Messages, or tools: the model is shown the whole definition of a tool, names of its schema included. */
function readList(reader: JsonReader, name: string, found: Found): number {
  let elements = 0
  reader.openArray()
  while (reader.nextElement()) {
    elements++
    if (name === 'messages') gather(reader, found)
    else add(reader, found, () => reader.raw())
  }
  return elements
}

function gather(reader: JsonReader, found: Found): void {
  const kind = reader.kind()
  if (kind === 'string') {
    add(reader, found, () => reader.string())
  } else if (kind === 'array') {
    reader.openArray()
    while (reader.nextElement()) gather(reader, found)
  } else if (kind === 'object') {
    gatherObject(reader, found)
  } else {
    reader.skip()
  }
}

function gatherObject(reader: JsonReader, found: Found): void {
  let encoded = false
  let data: number | undefined
  reader.openObject()
  while (reader.nextMember()) {
    const name = reader.name(NAMES)
    const start = reader.pos
    if (name === undefined) {
      gather(reader, found)
      continue
    }
    reader.skip()
    if (name === 'data') data = start
    if (name === 'type') encoded = reader.bytes.toString('latin1', start, reader.pos) === '"base64"'
  }
  if (data === undefined || encoded) return
  // It stood before its type, perhaps: it is read once that is known.
  const end = reader.pos
  reader.pos = data
  if (reader.kind() === 'string') add(reader, found, () => reader.string())
  reader.pos = end
}

/** Steps over a value, and keeps its text while there is room. Beyond the bound it costs no string. */
function add(reader: JsonReader, found: Found, read: () => string): void {
  const start = reader.pos
  reader.skip()
  const end = reader.pos
  const bytes = end - start
  if (found.bytes + bytes > TEXT_BYTES_MAX) {
    found.moreBytes += bytes
    return
  }
  found.bytes += bytes
  reader.pos = start
  found.texts.push(read())
  reader.pos = end
}
