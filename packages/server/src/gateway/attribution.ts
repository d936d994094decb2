import type { IncomingHttpHeaders } from 'node:http'
import type { Attribution } from './call.ts'

// What clients may say about themselves, bounded: these go into the database with every call.
const REFERER_CHARACTERS_MAX = 500
const TITLE_CHARACTERS_MAX = 100
const USER_AGENT_CHARACTERS_MAX = 200
const SESSION_CHARACTERS_MAX = 256
const TAGS_MAX = 16
const TAG_NAME = /^[a-zA-Z0-9_.-]{1,64}$/
const TAG_VALUE_CHARACTERS_MAX = 256

/**
 * Reads the attribution headers. A malformed one is left out: attribution never fails a call.
 * `X-Keyway-Tags: feature=search,group=beta` -> { feature: 'search', group: 'beta' }
 * @see https://openrouter.ai/docs/app-attribution (read 2026-11)
 */
export function readAttribution(headers: IncomingHttpHeaders, requestId: string): Attribution {
  return {
    requestId,
    origin: text(headers.origin, REFERER_CHARACTERS_MAX),
    referer: text(headers['http-referer'] ?? headers.referer, REFERER_CHARACTERS_MAX),
    title: text(headers['x-openrouter-title'] ?? headers['x-title'], TITLE_CHARACTERS_MAX),
    categories: text(headers['x-openrouter-categories'], TITLE_CHARACTERS_MAX),
    userAgent: text(headers['user-agent'], USER_AGENT_CHARACTERS_MAX),
    sessionId: text(headers['x-session-id'], SESSION_CHARACTERS_MAX),
    tags: readTags(headers['x-keyway-tags']),
  }
}

function text(value: string | string[] | undefined, charactersMax: number): string | null {
  const first = Array.isArray(value) ? value[0] : value
  return first === undefined || first === '' ? null : first.slice(0, charactersMax)
}

function readTags(value: string | string[] | undefined): Record<string, string> {
  const tags: Record<string, string> = Object.create(null)
  const line = text(value, TAGS_MAX * (64 + TAG_VALUE_CHARACTERS_MAX + 2))
  if (line === null) return tags
  for (const pair of line.split(',').slice(0, TAGS_MAX)) {
    const at = pair.indexOf('=')
    const name = pair.slice(0, at).trim()
    if (at > 0 && TAG_NAME.test(name))
      tags[name] = pair
        .slice(at + 1)
        .trim()
        .slice(0, TAG_VALUE_CHARACTERS_MAX)
  }
  return tags
}
