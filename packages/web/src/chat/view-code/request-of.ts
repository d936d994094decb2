import type { ChatSettings, Message, Part } from '@keyway/contract'

/** A message as the protocol of OpenAI and OpenRouter has it. */
export type WireMessage = { role: 'system' | 'user' | 'assistant'; content: string | WirePart[] }
type WirePart = { type: 'text'; text: string } | { type: 'image_url'; image_url: { url: string } }

/** The body of a call to /api/v1/chat/completions. */
export type WireRequest = {
  model: string
  messages: WireMessage[]
  temperature?: number
  top_p?: number
  max_tokens?: number
  reasoning_effort?: string
}

/**
 * The call that asks a model what a branch asks. What was attached stands as a place to fill: its bytes would be no sample.
 * @param branch from the top; an answer at its end is left out, since it is what the call is for
 */
export function requestOf(model: string, branch: readonly Message[], settings: ChatSettings): WireRequest {
  const asked = branch.at(-1)?.role === 'assistant' ? branch.slice(0, -1) : branch
  const { temperature, top_p, max_tokens, reasoning_effort } = settings.parameters
  const said = asked.flatMap((message): WireMessage[] => {
    if (message.role === 'tool') return []
    const content = contentOf(message.parts)
    return content === '' ? [] : [{ role: message.role, content }]
  })
  return {
    model,
    messages: [
      ...(settings.system_prompt === '' ? [] : [{ role: 'system' as const, content: settings.system_prompt }]),
      ...(said.length === 0 ? [{ role: 'user' as const, content: 'Say hello.' }] : said),
    ],
    ...(temperature === undefined ? {} : { temperature }),
    ...(top_p === undefined ? {} : { top_p }),
    ...(max_tokens === undefined ? {} : { max_tokens }),
    ...(reasoning_effort === undefined ? {} : { reasoning_effort }),
  }
}

function contentOf(parts: readonly Part[]): string | WirePart[] {
  const wire = parts.flatMap((part): WirePart[] => {
    switch (part.kind) {
      case 'text':
        return part.text === '' ? [] : [{ type: 'text', text: part.text }]
      case 'image':
        return [
          { type: 'image_url', image_url: { url: part.url ?? `data:${part.media_type ?? 'image/png'};base64,...` } },
        ]
      case 'file':
        return [{ type: 'text', text: `[${part.name}]` }]
      default:
        return []
    }
  })
  const [first] = wire
  if (first === undefined) return ''
  return wire.length === 1 && first.type === 'text' ? first.text : wire
}
