import { KeywayError } from '../base/errors.ts'
import { parseExpiry } from '../keys/terms.ts'
import type { AuthRequest } from '../store/oauth-records.ts'
import type { Reset } from '../store/records.ts'
import { checkCallback, hasState } from './callback-url.ts'
import { type ChallengePolicy, checkChallenge } from './challenge-rules.ts'
import { parseLimit } from './terms.ts'

/** Characters of the whole query. Node itself takes 16 KiB of head; the longest honest request is under 1 KiB. */
const QUERY_CHARACTERS_MAX = 8_000
/** Parameters of a query; those that we do not know are left alone, a few of them. */
const PARAMETERS_MAX = 40
const STATE_CHARACTERS_MAX = 1_000
const LABEL_CHARACTERS_MAX = 100
const RESETS = ['daily', 'weekly', 'monthly'] as const satisfies readonly Reset[]

/** What the request is checked against. */
export type RequestRules = { policy: ChallengePolicy; ownOrigin: string; now: number }

/**
 * Reads the query of `GET /auth`.
 * @param query as it came, without the question mark
 * @throws KeywayError `invalid_request`, naming the parameter
 * @see https://openrouter.ai/docs/guides/overview/auth/oauth (read 2026-08-22)
 */
export function readAuthQuery(query: string, rules: RequestRules): AuthRequest {
  const given = readParameters(query)
  const raw = given.get('callback_url')
  const callback = raw === undefined ? null : checkCallback(raw, rules.ownOrigin)
  const way = callback === null ? 'headless' : 'callback'
  if (way === 'headless' && !given.has('code_challenge')) {
    throw invalid('callback_url', 'where to send the person back to (or, to show them the code, a code_challenge)')
  }
  const sent = { challenge: given.get('code_challenge'), method: given.get('code_challenge_method') }
  const state = given.get('state') ?? null
  if (state !== null) checkState(state)
  if (state !== null && callback !== null && hasState(callback.url)) {
    throw invalid('state', 'it once: in the query of callback_url, or beside it')
  }
  return {
    flow: 'compatible',
    callbackUrl: callback?.url ?? null,
    origin: callback?.origin ?? null,
    clientId: null,
    clientName: null,
    ...checkChallenge(sent, { policy: rules.policy, way }),
    ...readWishes(
      {
        key_label: given.get('key_label'),
        limit: given.get('limit'),
        usage_limit_type: given.get('usage_limit_type'),
        expires_at: given.get('expires_at'),
      },
      rules.now,
    ),
    state,
    boundTo: null,
  }
}

/** What an app may ask of the key, as texts. */
export type Wishes = {
  key_label?: string | undefined
  limit?: string | undefined
  usage_limit_type?: string | undefined
  expires_at?: string | null | undefined
}

/** @throws KeywayError `invalid_request`, naming the field */
export function readWishes(
  { key_label, limit, usage_limit_type, expires_at }: Wishes,
  now: number,
): Pick<AuthRequest, 'keyLabel' | 'limit' | 'reset' | 'expiresAt'> {
  const reset = RESETS.find((one) => one === usage_limit_type) ?? null
  if (usage_limit_type !== undefined && reset === null) throw invalid('usage_limit_type', RESETS.join(', '))
  const expiresAt = expires_at == null ? null : parseExpiry(expires_at)
  if (expiresAt !== null && expiresAt <= now) throw invalid('expires_at', 'a time in the future')
  return {
    keyLabel: key_label === undefined ? null : checkLabel(key_label),
    limit: limit === undefined ? null : parseLimit(limit),
    reset,
    expiresAt,
  }
}

/** A name that an app proposes for its key. It is shown as text, beside the address that tells who the app is. */
export function checkLabel(label: string): string {
  // A joiner inside an emoji is a part of it; anywhere else it is there to deceive.
  const bare = label.replace(
    /(?<=(?:\p{Extended_Pictographic}|\p{Emoji_Modifier}|\ufe0f))\u200d(?=\p{Extended_Pictographic})/gu,
    '',
  )
  const characters = [...label].length
  if (
    characters === 0 ||
    characters > LABEL_CHARACTERS_MAX ||
    label.trim() === '' ||
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u.test(bare)
  ) {
    throw invalid('key_label', `1 to ${LABEL_CHARACTERS_MAX} visible characters`)
  }
  return label.trim()
}

/** @throws KeywayError `invalid_request` */
export function checkState(state: string): void {
  if (state.length > STATE_CHARACTERS_MAX || !/^[\x20-\x7e]+$/.test(state)) {
    throw invalid('state', `1 to ${STATE_CHARACTERS_MAX} ASCII characters`)
  }
}

/**
 * The parameters by name, each said once.
 * @throws KeywayError `invalid_request`
 */
export function readParameters(query: string): Map<string, string> {
  if (query.length > QUERY_CHARACTERS_MAX) {
    throw new KeywayError('invalid_request', `The query is longer than ${QUERY_CHARACTERS_MAX} characters.`)
  }
  const given = new Map<string, string>()
  for (const [name, value] of new URLSearchParams(query)) {
    if (given.has(name)) throw invalid(name.slice(0, 40), 'it once')
    given.set(name, value)
    if (given.size > PARAMETERS_MAX) {
      throw new KeywayError('invalid_request', `The query has more than ${PARAMETERS_MAX} parameters.`)
    }
  }
  return given
}

function invalid(field: string, expected: string): KeywayError {
  return new KeywayError('invalid_request', `"${field}" is invalid: expected ${expected}.`, { metadata: { field } })
}
