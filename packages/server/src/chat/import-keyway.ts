import { z } from 'zod'
import { parseUsd } from '../base/money.ts'
import type { ConversationImport } from '../store/chat-records.ts'
import { asTree, type ImportedMessage, leafOf, NotImported } from './import-tree.ts'

/** Characters of one text, as the app bounds them. */
const TEXT_CHARS_MAX = 2_000_000
const PARTS_MAX = 1_000
const TITLE_CHARS_MAX = 200
/** Nano-dollars: a hundred thousand dollars. More in one answer is nobody's cost, and sums would leave their column. */
const COST_MAX = 100_000_000_000_000n

const id = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/)
const words = z.string().max(TEXT_CHARS_MAX)
const line = z.string().max(2_000)
const count = z.int().min(0)
const moment = z.iso.datetime().transform((text) => Date.parse(text))
const attachmentId = z.string().regex(/^[0-9a-f]{64}$/)

const part = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('text'), text: words }),
  z.object({
    kind: z.literal('reasoning'),
    text: words,
    items: z.array(z.unknown()).max(PARTS_MAX).exactOptional(),
    ms: z.number().min(0).exactOptional(),
  }),
  z.object({
    kind: z.literal('image'),
    attachment: attachmentId.exactOptional(),
    url: line.exactOptional(),
    media_type: line.exactOptional(),
    name: line.exactOptional(),
    bytes: count.exactOptional(),
  }),
  z.object({ kind: z.literal('file'), attachment: attachmentId, name: line, media_type: line, bytes: count }),
  z.object({ kind: z.literal('tool_call'), id: line, name: line, arguments: words }),
  z.object({ kind: z.literal('tool_result'), call_id: line, text: words, failed: z.boolean().exactOptional() }),
  z.object({ kind: z.literal('citation'), url: line, title: line.exactOptional(), text: words.exactOptional() }),
  z.object({ kind: z.literal('unknown'), source: line, value: z.unknown() }),
])

const figures = z.object({
  generation_id: line,
  provider: line,
  served_by: z.enum(['own', 'shared', 'house']),
  cost_usd: line,
  estimated: z.boolean(),
  tokens_prompt: count,
  tokens_completion: count,
  tokens_reasoning: count,
  tokens_cached: count,
  first_token_ms: z.number().nullable(),
  total_ms: z.number(),
  finish_reason: line.nullable(),
  usd_per_million: z
    .object({ input: line.exactOptional(), cached: line.exactOptional(), output: line.exactOptional() })
    .exactOptional(),
})

const message = z.object({
  id,
  parent_id: id.nullable(),
  role: z.enum(['user', 'assistant', 'tool']),
  parts: z.array(part).max(PARTS_MAX),
  status: z.enum(['streaming', 'done', 'stopped', 'interrupted', 'failed']),
  model: line.nullable(),
  group_id: id.nullable(),
  prompt_version_id: id.nullable(),
  figures: figures.nullable(),
  failure: z.object({ code: line, message: line, fix: line, docs_url: line }).nullable(),
  created_at: moment,
})

const exported = z.object({
  conversation: z.object({
    id,
    title: z.string(),
    pinned: z.boolean(),
    archived: z.boolean(),
    folder_id: id.nullable(),
    settings: z.object({
      models: z.array(line).max(4),
      system_prompt: words,
      parameters: z.object({
        temperature: z.number().min(0).max(2).exactOptional(),
        top_p: z.number().gt(0).max(1).exactOptional(),
        max_tokens: z.int().min(1).exactOptional(),
        reasoning_effort: z.enum(['none', 'minimal', 'low', 'medium', 'high']).exactOptional(),
      }),
    }),
    active_leaf_id: id.nullable(),
    created_at: moment,
    updated_at: moment,
  }),
  messages: z.array(message),
})

/**
 * One conversation of a file that we wrote. What it says of calls is shown and nothing else: no message refers to the
 * ledger here.
 * @param now nothing in a file is later than that
 * @throws NotImported with what is wrong
 */
export function readExported(value: unknown, now: number): ConversationImport {
  const result = exported.safeParse(value)
  if (!result.success) {
    const issue = result.error.issues[0]
    throw new NotImported(`${issue?.path.join('.') || 'it'} is not as expected`)
  }
  const { conversation, messages } = result.data
  const tree = asTree(messages.map((one) => readMessage(one, now)))
  const { folder_id, active_leaf_id, created_at, updated_at, title, ...plain } = conversation
  return {
    conversation: {
      ...plain,
      title: shownTitle(title),
      folderId: folder_id,
      activeLeafId: leafOf(tree, active_leaf_id),
      cost: messages.reduce((sum, { figures: of }) => sum + (of === null ? 0n : costOf(of.cost_usd)), 0n),
      createdAt: Math.min(created_at, now),
      updatedAt: Math.min(updated_at, now),
    },
    messages: tree,
  }
}

function readMessage(one: z.output<typeof message>, now: number): ImportedMessage {
  return {
    id: one.id,
    parentId: one.parent_id,
    role: one.role,
    parts: one.parts,
    // Nobody writes it any more.
    status: one.status === 'streaming' ? 'interrupted' : one.status,
    model: one.model,
    groupId: one.group_id,
    promptVersionId: one.prompt_version_id,
    generationId: null,
    figures: one.figures,
    failure: one.failure,
    createdAt: Math.min(one.created_at, now),
  }
}

function costOf(text: string): bigint {
  try {
    const cost = parseUsd(text)
    if (cost >= 0n && cost <= COST_MAX) return cost
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
  }
  throw new NotImported(`${JSON.stringify(text.slice(0, 40))} is no cost`)
}

/** One line, as long as titles may be. */
export function shownTitle(title: string): string {
  return Array.from(
    title
      .slice(0, 4 * TITLE_CHARS_MAX)
      .replaceAll(/[\s\p{Cc}]+/gu, ' ')
      .trim(),
  )
    .slice(0, TITLE_CHARS_MAX)
    .join('')
}
