import type { ModelItem } from '@keyway/contract'
import type { ToolModels } from './tool.ts'

/** For a million tokens of input. Nobody should find a dearer model chosen for them; the server's own choice has the same limit. */
const DEAR_USD = 5

/**
 * Models for the tools, such as this person can call.
 * @param usual what they chat with
 */
export function chooseModels(models: readonly ModelItem[], usual: string | undefined): ToolModels {
  // Keys do not reach what the operator pays for in the chat.
  const own = models.filter(({ callable, house }) => callable && !house)
  const chat = own.find(({ id }) => id === usual) ?? own[0]
  return { chat: chat?.id, messages: messagesModels(own, chat), responses: responsesModel(own, { chat, all: models }) }
}

function messagesModels(own: readonly ModelItem[], chat: ModelItem | undefined): ToolModels['messages'] {
  const speaking = own.filter(({ formats }) => formats.includes('anthropic-messages'))
  const one = chat !== undefined && speaking.includes(chat) ? chat : speaking.toSorted(better)[0]
  if (one === undefined) return undefined
  // Whoever is given free models has no credit for others.
  const claudes = one === chat && chat.free ? [] : speaking.filter(({ id }) => id.startsWith('anthropic/claude-'))
  const newest = (size: string) => claudes.filter(({ id }) => id.includes(size)).toSorted(better)[0]
  const any = newest('sonnet') ?? newest('opus') ?? newest('haiku') ?? one
  return {
    opus: (newest('opus') ?? any).id,
    sonnet: any.id,
    haiku: (newest('haiku') ?? any).id,
  }
}

function responsesModel(
  own: readonly ModelItem[],
  { chat, all }: { chat: ModelItem | undefined; all: readonly ModelItem[] },
): string | undefined {
  const speaking = own.filter(({ formats }) => formats.includes('openai-responses'))
  const usual = chat !== undefined && speaking.includes(chat) ? chat : undefined
  if (usual?.free) return usual.id
  const newest = speaking.filter(codes).toSorted(better)[0]
  if (newest !== undefined) return shortName(newest.id, all)
  return (usual ?? speaking.toSorted(better)[0])?.id
}

/** Whether it is one of OpenAI's that Codex is at its best with, and not of the dearest. */
function codes({ id, tools, reasoning, price_input_usd_per_mtok: price }: ModelItem): boolean {
  const otherwise = /mini|nano|luna|chat|audio|image|search|research|oss/.test(id)
  return id.startsWith('openai/') && tools && reasoning && !otherwise && Number(price ?? 0) <= DEAR_USD
}

/**
 * Codex knows OpenAI's models by OpenAI's own names, and makes less of what it does not know. The server takes those names too,
 * where they mean one model. Seen with Codex 0.171.0, 2026-11-29.
 */
function shortName(id: string, all: readonly ModelItem[]): string {
  const short = id.slice(id.indexOf('/') + 1)
  return all.filter((model) => model.id.endsWith(`/${short}`)).length === 1 ? short : id
}

/** What can call tools before what cannot, then the newer, then by name; a variant after the model itself. */
function better(one: ModelItem, other: ModelItem): number {
  const rank = ({ tools, id }: ModelItem) => (tools ? 0 : 2) + (id.includes(':') ? 1 : 0)
  const age = (other.created_at ?? '').localeCompare(one.created_at ?? '')
  return rank(one) - rank(other) || age || one.id.localeCompare(other.id)
}
