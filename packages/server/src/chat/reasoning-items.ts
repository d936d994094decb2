/** Members of a provider's reasoning item that grow from chunk to chunk. What is signed or encrypted never does. */
const GROWING = ['text', 'summary'] as const
/** A blob is whole when it comes; a second one is an item of its own. */
const WHOLE = ['data', 'signature'] as const

type Item = Record<string, unknown>

/**
 * Adds a piece of OpenRouter's `reasoning_details` to the items so far: pieces of one item carry its `index`, text is put
 * together in order, and a signature comes last. Nothing else is touched, so that the items can be sent back as they came.
 * @see https://openrouter.ai/docs/guides/best-practices/reasoning-tokens (read 2026-11)
 */
export function addReasoningItem(items: unknown[], piece: unknown): void {
  const last = items.at(-1)
  if (isItem(piece) && isItem(last) && continues(last, piece)) items[items.length - 1] = joined(last, piece)
  else items.push(piece)
}

function continues(item: Item, piece: Item): boolean {
  if (item['type'] !== piece['type'] || item['index'] !== piece['index']) return false
  const id = piece['id']
  if (id != null && item['id'] != null && id !== item['id']) return false
  if (WHOLE.some((name) => item[name] != null && piece[name] != null)) return false
  // Without a number, a signature is where an item ends.
  return piece['index'] !== undefined || item['signature'] == null
}

function joined(item: Item, piece: Item): Item {
  const result: Item = { ...item }
  for (const [name, value] of Object.entries(piece)) {
    const before = result[name]
    if (GROWING.some((one) => one === name) && typeof before === 'string' && typeof value === 'string') {
      result[name] = before + value
    } else if (value !== null) {
      result[name] = value
    }
  }
  return result
}

function isItem(value: unknown): value is Item {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
