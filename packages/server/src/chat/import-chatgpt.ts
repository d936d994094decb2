import { createHash } from 'node:crypto'
import type { Part } from '@keyway/contract'
import { z } from 'zod'
import type { ConversationImport } from '../store/chat-records.ts'
import { shownTitle } from './import-keyway.ts'
import { asTree, type ImportedMessage, leafOf, NotImported } from './import-tree.ts'

// ChatGPT's conversations.json: a list of conversations, each with a `mapping` of nodes by id. A node has a parent and
// perhaps a message; `current_node` is the end of the branch that was shown. The format is not documented; fields that are
// missing or of another shape are left out.

/** Characters of one text, as the app bounds them. */
const TEXT_CHARS_MAX = 2_000_000

const seconds = z.number().min(0).max(1e11)
const node = z.object({
  parent: z.string().nullish(),
  message: z
    .object({
      author: z.object({ role: z.string(), name: z.string().nullish() }),
      create_time: seconds.nullish().catch(null),
      content: z.looseObject({ content_type: z.string() }),
      recipient: z.string().nullish(),
      metadata: z
        .object({
          model_slug: z.string().max(200).nullish().catch(null),
          is_visually_hidden_from_conversation: z.boolean().nullish().catch(null),
        })
        .nullish()
        .catch(null),
    })
    .nullish(),
})
const conversation = z.object({
  id: z.string().min(1).max(200).nullish(),
  conversation_id: z.string().min(1).max(200).nullish(),
  title: z.string().nullish().catch(null),
  create_time: seconds.nullish().catch(null),
  update_time: seconds.nullish().catch(null),
  mapping: z.record(z.string(), z.unknown()),
  current_node: z.string().nullish().catch(null),
  is_archived: z.boolean().nullish().catch(null),
  pinned_time: seconds.nullish().catch(null),
})

type Node = z.output<typeof node>
type Said = NonNullable<Node['message']>

/**
 * One conversation of a ChatGPT export, with its branches.
 * @param now nothing in a file is later than that
 * @throws NotImported with what is wrong
 */
export function readChatGpt(value: unknown, now: number): ConversationImport {
  const result = conversation.safeParse(value)
  if (!result.success) {
    throw new NotImported(`${result.error.issues[0]?.path.join('.') || 'it'} is not as expected`)
  }
  const given = result.data
  const source = given.conversation_id ?? given.id
  if (source == null) throw new NotImported('it has no id')
  const nodes = readNodes(given.mapping)
  const kept = keptNodes(nodes)
  const createdAt = momentOf(given.create_time, now) ?? now
  const messages: ImportedMessage[] = []
  for (const [id, { parent: above, message }] of nodes) {
    const read = message && readSaid(message)
    if (!read) continue
    const parent = above == null ? undefined : kept(above)
    messages.push({
      ...read,
      id: derivedId(source, id),
      parentId: parent === undefined ? null : derivedId(source, parent),
      status: 'done',
      groupId: null,
      promptVersionId: null,
      generationId: null,
      figures: null,
      failure: null,
      createdAt: momentOf(message.create_time, now) ?? createdAt,
    })
  }
  const tree = asTree(messages)
  const leaf = given.current_node == null ? undefined : kept(given.current_node)
  return {
    conversation: {
      id: derivedId(source, ''),
      title: shownTitle(given.title ?? ''),
      pinned: given.pinned_time != null,
      archived: given.is_archived === true,
      folderId: null,
      settings: { models: [], system_prompt: '', parameters: {} },
      activeLeafId: leafOf(tree, leaf === undefined ? null : derivedId(source, leaf)),
      cost: 0n,
      createdAt,
      updatedAt: momentOf(given.update_time, now) ?? createdAt,
    },
    messages: tree,
  }
}

function readNodes(mapping: Record<string, unknown>): Map<string, Node> {
  const nodes = new Map<string, Node>()
  for (const [id, value] of Object.entries(mapping)) {
    const result = node.safeParse(value)
    // Without its message a node still holds its children where they belong.
    const bare = result.success ? result : node.safeParse({ parent: Object(value).parent })
    nodes.set(id, bare.success ? bare.data : {})
  }
  return nodes
}

/**
 * Tells for a node's id the node itself, or the nearest above it, that becomes a message.
 * @throws NotImported (when asked) for a way round
 */
function keptNodes(nodes: ReadonlyMap<string, Node>): (id: string) => string | undefined {
  // Each node is looked at once: in a long chain of hidden ones every search would else go all the way.
  const known = new Map<string, string | undefined>()
  return (start) => {
    const way = new Set<string>()
    let found: string | undefined
    for (let id: string | null | undefined = start; id != null; id = nodes.get(id)?.parent) {
      if (way.has(id)) throw new NotImported('its messages do not form a tree')
      if (known.has(id)) {
        found = known.get(id)
        break
      }
      way.add(id)
      const message = nodes.get(id)?.message
      if (message && readSaid(message) !== undefined) {
        found = id
        break
      }
    }
    for (const id of way) known.set(id, found)
    return found
  }
}

/** What becomes of a message; undefined for what nobody was shown. */
function readSaid(said: Said): Pick<ImportedMessage, 'role' | 'parts' | 'model'> | undefined {
  if (said.metadata?.is_visually_hidden_from_conversation === true) return undefined
  const { role } = said.author
  if (role !== 'user' && role !== 'assistant' && role !== 'tool') return undefined
  const parts = partsOf(said).filter((part) => part.kind !== 'text' || part.text.trim() !== '')
  if (parts.length === 0) return undefined
  return { role, parts, model: role === 'user' ? null : (said.metadata?.model_slug ?? null) }
}

function partsOf({ author, content, recipient }: Said): Part[] {
  const text = (value: unknown) => (typeof value === 'string' ? value.slice(0, TEXT_CHARS_MAX) : '')
  switch (content.content_type) {
    case 'text':
    case 'multimodal_text': {
      const pieces = Array.isArray(content['parts']) ? content['parts'] : []
      const parts = pieces.flatMap((piece) => pieceOf(piece, text))
      // What a tool told stands for itself: the call is not always there.
      return author.role === 'tool' ? parts.map((part) => asResult(part)) : parts
    }
    case 'code': {
      const written = text(content['text'])
      if (recipient == null || recipient === 'all')
        return [{ kind: 'text', text: fenced(written, content['language']) }]
      return [{ kind: 'tool_call', id: '', name: recipient.slice(0, 200), arguments: written }]
    }
    case 'execution_output':
      return [{ kind: 'tool_result', call_id: '', text: text(content['text']) }]
    case 'thoughts': {
      const thoughts = Array.isArray(content['thoughts']) ? content['thoughts'] : []
      const lines = thoughts.map((thought) => text(Object(thought).content)).filter((one) => one !== '')
      return lines.length === 0 ? [] : [{ kind: 'reasoning', text: lines.join('\n\n').slice(0, TEXT_CHARS_MAX) }]
    }
    case 'tether_quote': {
      const [url, title, quoted] = [text(content['url']), text(content['title']), text(content['text'])]
      return [{ kind: 'citation', url: url.slice(0, 2_000), title: title.slice(0, 2_000), text: quoted }]
    }
    default:
      return []
  }
}

function pieceOf(piece: unknown, text: (value: unknown) => string): Part[] {
  if (typeof piece === 'string') return [{ kind: 'text', text: text(piece) }]
  const { content_type, text: spoken, asset_pointer } = Object(piece)
  if (content_type === 'audio_transcription') return [{ kind: 'text', text: text(spoken) }]
  // The picture is a file of its own in the export, which is not brought in.
  if (content_type === 'image_asset_pointer') {
    return [{ kind: 'unknown', source: 'chatgpt', value: { image: text(asset_pointer).slice(0, 200) } }]
  }
  return []
}

function asResult(part: Part): Part {
  return part.kind === 'text' ? { kind: 'tool_result', call_id: '', text: part.text } : part
}

function fenced(code: string, language: unknown): string {
  const name = typeof language === 'string' && /^[a-z0-9+#-]{1,20}$/i.test(language) ? language : ''
  let fence = '```'
  while (code.includes(fence)) fence += '`'
  return `${fence}${name === 'unknown' ? '' : name}\n${code}\n${fence}`
}

function momentOf(value: number | null | undefined, now: number): number | undefined {
  return value == null ? undefined : Math.min(Math.floor(value * 1000), now)
}

/** An id for what the source calls by its own: the same for the same file, a UUID in form. */
function derivedId(conversationId: string, nodeId: string): string {
  const hash = createHash('sha256')
    .update(JSON.stringify(['chatgpt', conversationId, nodeId]))
    .digest('hex')
  // Version 8: of our own making. @see RFC 9562 section 5.8
  const variant = '89ab'[Number.parseInt(hash[16] ?? '0', 16) % 4]
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-8${hash.slice(13, 16)}-${variant}${hash.slice(17, 20)}-${hash.slice(20, 32)}`
}
