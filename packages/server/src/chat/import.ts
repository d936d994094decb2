import { createHash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import type { Imported, Part } from '@keyway/contract'
import { z } from 'zod'
import type { Clock } from '../base/clock.ts'
import { KeywayError } from '../base/errors.ts'
import type { ConversationImport, Whose } from '../store/chat-records.ts'
import type { ChatStore } from '../store/chat-store.ts'
import { attachmentType, fileName } from './attachment-type.ts'
import { readChatGpt } from './import-chatgpt.ts'
import { readExported } from './import-keyway.ts'
import { type Piece, parsePiece, piecesOf } from './import-pieces.ts'
import { NotImported } from './import-tree.ts'

/** What is told of what could not be read. */
const PROBLEMS_MAX = 20
/** One conversation, bytes: parsed at once, in a tenth of a second. */
const CONVERSATION_BYTES_MAX = 16 * 1024 * 1024
/** Attachments in one file: more than a quota of a gigabyte holds of ordinary ones. */
const ATTACHMENTS_MAX = 20_000
/** How much is looked through before others have their turn, bytes. */
const TURN_BYTES = 1024 * 1024

export type ImportDeps = {
  store: Pick<ChatStore, 'importConversation' | 'putAttachment' | 'findAttachment'>
  clock: Clock
  /** Counts, and bytes where the name says so. */
  limits: { conversations: number; messages: number; attachmentBytes: number; quotaBytes: number }
}

type Outline = {
  source: Imported['source']
  conversations: readonly Piece[]
  attachments: readonly Piece[]
}

/**
 * Brings in a file of ours or of ChatGPT's. What is there already stays as it is; what cannot be read is told and left out.
 * @param signal of whoever asked: when they leave, it stops between two conversations
 * @throws KeywayError invalid_json, invalid_request: it is no such file
 */
export async function importChats(
  deps: ImportDeps,
  whose: Whose,
  file: { bytes: Uint8Array; signal: AbortSignal },
): Promise<Imported> {
  const { bytes, signal } = file
  const { source, conversations, attachments } = await outlineOf(bytes, deps.limits)
  const problems: string[] = []
  const tell = (problem: string) => {
    if (problems.length < PROBLEMS_MAX) problems.push(problem)
  }
  for (const [i, piece] of attachments.entries()) {
    if (signal.aborted) break
    const problem = await bringAttachment(deps, whose, () => parsePiece(bytes, piece))
    if (problem !== undefined) tell(`Attachment ${i + 1}: ${problem}.`)
  }
  let added = 0
  let skipped = 0
  for (const [i, piece] of conversations.entries()) {
    if (signal.aborted) break
    try {
      const read = readConversation(bytes, piece, { source, now: deps.clock.now(), messages: deps.limits.messages })
      const ready = { ...read, messages: await withoutMissing(deps, whose, read.messages) }
      if ((await deps.store.importConversation(whose, ready, deps.limits)) === 'added') added++
      else skipped++
    } catch (error) {
      tell(`Conversation ${i + 1}: ${problemOf(error)}.`)
      // The next ones would be too many as well.
      if (error instanceof KeywayError && error.code === 'limit_reached') break
    }
  }
  return { source, added, skipped, problems }
}

/** Where everything is in the file. Nothing of it is parsed but what says which kind it is. */
async function outlineOf(bytes: Uint8Array, limits: { conversations: number }): Promise<Outline> {
  const conversations: Piece[] = []
  const attachments: Piece[] = []
  const said = new Map<string, unknown>()
  let isList = false
  let turn = TURN_BYTES
  for (const piece of piecesOf(bytes)) {
    if (piece.to > turn) {
      turn = piece.to + TURN_BYTES
      await setImmediate()
    }
    if (piece.member === null) isList = true
    if (piece.member === null || (piece.inList && piece.member === 'conversations')) conversations.push(piece)
    else if (piece.inList && piece.member === 'attachments') attachments.push(piece)
    else if (piece.member === 'kind' || piece.member === 'version') {
      said.set(piece.member, piece.to - piece.from < 100 ? parsePiece(bytes, piece) : undefined)
    }
    if (conversations.length > limits.conversations || attachments.length > ATTACHMENTS_MAX) {
      throw new KeywayError('invalid_request', 'The file holds more than one person may have.')
    }
  }
  if (isList) return { source: 'chatgpt', conversations, attachments: [] }
  if (said.get('kind') === 'keyway-conversations' && said.get('version') === 1) {
    return { source: 'keyway', conversations, attachments }
  }
  throw new KeywayError(
    'invalid_request',
    'The file is neither an export of Keyway, in a version that this one knows, nor ChatGPT\u2019s conversations.json.',
  )
}

function readConversation(
  bytes: Uint8Array,
  piece: Piece,
  of: { source: Imported['source']; now: number; messages: number },
): ConversationImport {
  if (piece.to - piece.from > CONVERSATION_BYTES_MAX) throw new NotImported('it is larger than 16 MB')
  const value = parsePiece(bytes, piece)
  const read = of.source === 'chatgpt' ? readChatGpt(value, of.now) : readExported(value, of.now)
  if (read.messages.length > of.messages) throw new NotImported(`it has more than ${of.messages} messages`)
  return read
}

const attachment = z.object({ name: z.string().max(2_000), base64: z.base64() })

/** @returns what is wrong with it */
async function bringAttachment(deps: ImportDeps, whose: Whose, read: () => unknown): Promise<string | undefined> {
  try {
    return await keepAttachment(deps, whose, attachment.safeParse(read()))
  } catch (error) {
    return problemOf(error)
  }
}

async function keepAttachment(
  deps: ImportDeps,
  whose: Whose,
  result: z.ZodSafeParseResult<z.output<typeof attachment>>,
): Promise<string | undefined> {
  if (!result.success) return 'it is not as expected'
  const body = Buffer.from(result.data.base64, 'base64')
  if (body.length > deps.limits.attachmentBytes) return `it is larger than ${deps.limits.attachmentBytes} bytes`
  // What it is and what it is called are read from the bytes, whatever the file says of them.
  const mediaType = attachmentType(body)
  if (mediaType === undefined) return 'it is neither a picture nor a PDF nor text'
  const id = createHash('sha256').update(body).digest('hex')
  const name = fileName(result.data.name, mediaType)
  const record = { id, name, mediaType, bytes: body.length, createdAt: deps.clock.now() }
  await deps.store.putAttachment(whose, record, { body, quotaBytes: deps.limits.quotaBytes })
  return undefined
}

/** Messages whose attachments the person has; one that they have not is only named. */
async function withoutMissing(
  { store }: ImportDeps,
  whose: Whose,
  messages: ConversationImport['messages'],
): Promise<ConversationImport['messages']> {
  const known = new Map<string, boolean>()
  const isThere = async (id: string) => {
    const before = known.get(id)
    if (before !== undefined) return before
    const there = (await store.findAttachment(whose, id)) !== undefined
    known.set(id, there)
    return there
  }
  const kept = async (part: Part): Promise<Part> => {
    if (part.kind !== 'image' && part.kind !== 'file') return part
    if (part.attachment === undefined || (await isThere(part.attachment))) return part
    return { kind: 'unknown', source: 'import', value: { missing: part.name ?? part.kind } }
  }
  const result: ConversationImport['messages'][number][] = []
  for (const message of messages) {
    const parts: Part[] = []
    for (const part of message.parts) parts.push(await kept(part))
    result.push({ ...message, parts })
  }
  return result
}

/** @throws the error itself where it is no fault of the file's */
function problemOf(error: unknown): string {
  if (error instanceof NotImported) return error.message
  const told = ['invalid_json', 'conflict', 'limit_reached', 'not_found']
  if (error instanceof KeywayError && told.includes(error.code)) return error.message.replace(/\.$/, '')
  throw error
}
