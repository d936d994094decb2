/** Members that name things or carry what no tokenizer reads as text. */
const UNREAD: ReadonlySet<string> = new Set([
  'type',
  'role',
  'id',
  'tool_use_id',
  'file_id',
  'media_type',
  'cache_control',
  'signature',
  'encrypted_content',
])

/** Around each message and each tool, in tokens. About what counting with and without them differs by. */
const FRAME_TOKENS = 4

/**
 * What a tokenizer would read of a request: system prompt, messages and tools as text, and the tokens that stand around
 * them. The data of images and files is left out; they are counted by the piece.
 * @param body has passed `peek`
 */
export function promptText(body: Uint8Array): { text: string; frameTokens: number } {
  const request: unknown = JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8'))
  const { system, messages, tools }: { system?: unknown; messages?: unknown; tools?: unknown } =
    typeof request === 'object' && request !== null ? request : {}
  const texts: string[] = []
  gather(system, texts)
  gather(messages, texts)
  // The model is shown the whole definition of a tool, names of its schema included.
  for (const tool of listOf(tools)) texts.push(JSON.stringify(tool))
  return { text: texts.join('\n'), frameTokens: (listOf(messages).length + listOf(tools).length) * FRAME_TOKENS }
}

function gather(value: unknown, texts: string[]): void {
  if (typeof value === 'string') {
    texts.push(value)
  } else if (Array.isArray(value)) {
    for (const element of value) gather(element, texts)
  } else if (typeof value === 'object' && value !== null) {
    const encoded = 'type' in value && value.type === 'base64'
    for (const [name, member] of Object.entries(value)) {
      if (!UNREAD.has(name) && !(encoded && name === 'data')) gather(member, texts)
    }
  }
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
