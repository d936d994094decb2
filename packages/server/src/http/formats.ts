import { anthropicMessages } from '../wire/anthropic-messages/index.ts'
import type { Codec } from '../wire/codec.ts'
import { openaiChat } from '../wire/openai-chat/index.ts'
import { openaiResponses } from '../wire/openai-responses/index.ts'

/** The paths at which a call is made, under each prefix of the API, and the format that is spoken there. */
export const FORMATS: readonly { path: string; codec: Codec }[] = [
  { path: '/chat/completions', codec: openaiChat },
  { path: '/messages', codec: anthropicMessages },
  { path: '/responses', codec: openaiResponses },
]

const API = /^\/(?:api\/)?v1(\/[^?#]*)/

/** The format that clients speak at an address, in which they understand a refusal too; undefined where it is our own. */
export function codecAt(url: string): Codec | undefined {
  const path = API.exec(url)?.[1]
  if (path === undefined) return undefined
  return FORMATS.find((format) => path === format.path || path.startsWith(`${format.path}/`))?.codec
}

/** The headers that tell a request's id: ours, and those in which the format's clients look for it. */
export function requestIdOf(codec: Codec | undefined, id: string): Record<string, string> {
  const headers: Record<string, string> = { 'x-request-id': id }
  for (const name of codec?.requestIdHeaders ?? []) headers[name] = id
  return headers
}
