import { z } from 'zod'
import { KeywayError } from '../base/errors.ts'
import type { Dispatch, OutboundResponse } from '../net/request.ts'
import { sameCallback } from './app-identity.ts'
import { askSite } from './ask-site.ts'
import { checkClientName } from './client-name.ts'
import { logoAddress } from './logo/logo.ts'
import { wholeBody } from './whole-body.ts'

// An app may describe itself at an https address of its own, which then is its client_id. What stands there is said by
// whoever runs that site, so it proves a name and the addresses to go back to; nothing else of it is believed.
// @see https://datatracker.ietf.org/doc/draft-ietf-oauth-client-id-metadata-document/ (read 2026-11)

/** Bytes of a description; the draft advises 5 KB. */
const DOCUMENT_BYTES_MAX = 5 * 1024
/** A person waits for the page: what a site has for all that we ask of it. Milliseconds. */
export const SITE_MS = 5_000
const CLIENT_ID_CHARACTERS_MAX = 500

const documentSchema = z.object({
  client_id: z.string(),
  client_name: z.string().nullish(),
  logo_uri: z.unknown().optional(),
  redirect_uris: z.array(z.string().max(2_000)).min(1).max(20),
  token_endpoint_auth_method: z.string().nullish(),
  client_secret: z.undefined().optional(),
  client_secret_expires_at: z.undefined().optional(),
})

/** What an app says of itself, as far as we believe it. */
export type ClientDocument = {
  name: string | null
  redirectUris: readonly string[]
  /** Where its logo is, at its own origin. */
  logo: string | null
}

/** Whether a client_id is the address of a description: one with a path. 'https://app.example/client.json' */
export function isDocumentAddress(clientId: string): boolean {
  return /^https:\/\/[^/]+\/./.test(clientId)
}

/**
 * Fetches what an app says of itself, every time: an answer of yesterday could name an address that was since taken away.
 * @throws KeywayError `invalid_request`; one and the same text whether an address is private, down or wrong, so that nobody
 *   learns from it what stands in the operator's network. Its `cause` is exact, and for the operator alone
 */
export async function readClientDocument(
  { dispatch, until }: { dispatch: Dispatch; until: AbortSignal },
  clientId: string,
): Promise<ClientDocument> {
  checkAddress(clientId)
  const document = documentSchema.safeParse(await fetchJson(dispatch, clientId, until))
  if (!document.success) throw refuse('its description is not one that this Keyway takes')
  const { client_id, client_name, redirect_uris, token_endpoint_auth_method, logo_uri } = document.data
  if (client_id !== clientId) throw refuse('its description names another client_id')
  if (token_endpoint_auth_method != null && token_endpoint_auth_method !== 'none') {
    throw refuse('its description asks for client authentication; an app proves itself by PKCE here ("none")')
  }
  return {
    name: client_name == null ? null : checkClientName(client_name),
    redirectUris: redirect_uris,
    logo: logoAddress(logo_uri, clientId),
  }
}

/**
 * Refuses an address to go back to that the description does not list, or that is another site's: people are shown one
 * address, so it must be both the app's and the one that gets the code. On this computer any port will do.
 * @throws KeywayError `invalid_request`
 */
export function requireListed(
  callback: { url: string; origin: string; kind: string },
  of: ClientDocument,
  clientId: string,
) {
  const listed = of.redirectUris.some((one) => sameCallback(one, callback.url))
  const own = callback.kind === 'this-computer' || callback.origin === new URL(clientId).origin
  if (listed && own) return
  throw new KeywayError('invalid_request', '"redirect_uri" is not one of those in the description of the app.', {
    metadata: { field: 'redirect_uri' },
  })
}

function checkAddress(clientId: string): void {
  const plain = clientId.length <= CLIENT_ID_CHARACTERS_MAX && /^[\x21-\x7e]+$/.test(clientId) && URL.canParse(clientId)
  const url = plain ? new URL(clientId) : undefined
  const wrong =
    url === undefined || url.href !== clientId || /[#\\@]/.test(clientId) || /%(?:2e|2f|5c|00)/i.test(url.pathname)
  if (wrong) throw refuse('it is no plain https address')
}

async function fetchJson(dispatch: Dispatch, url: string, signal: AbortSignal): Promise<unknown> {
  try {
    const response = await askSite(dispatch, url, { accept: 'application/json', signal, waitMs: SITE_MS })
    return parse(await readBody(response, new URL(url).host))
  } catch (cause) {
    throw unreadable(cause)
  }
}

/** @throws KeywayError `provider_invalid_reply`, saying exactly what is wrong: for the operator */
async function readBody(response: OutboundResponse, host: string): Promise<string> {
  const { status, headers, body } = response
  const type = headers['content-type'] ?? ''
  const problem =
    status !== 200
      ? `answered ${status}, not 200`
      : /^application\/(?:[\w.-]+\+)?json\b/i.test(type)
        ? undefined
        : 'answered with another Content-Type than application/json'
  if (problem !== undefined) {
    body.destroy()
    throw new KeywayError('provider_invalid_reply', `${host} ${problem}.`)
  }
  const bytes = await wholeBody(response, DOCUMENT_BYTES_MAX)
  if (bytes !== null) return bytes.toString('utf8')
  throw new KeywayError('provider_invalid_reply', `${host} answered with more than ${DOCUMENT_BYTES_MAX} bytes.`)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Not the parser's words, which quote the text.
    throw new KeywayError('provider_invalid_reply', 'What was answered is not JSON.')
  }
}

/** The same text for all that can go wrong on the way, with all that a description must be: the cause is for the operator. */
function unreadable(cause: unknown): KeywayError {
  return new KeywayError(
    'invalid_request',
    `"client_id" is not accepted: its description cannot be read. It must stand at an https address that is public, and be answered at that very address, without a redirect, with 200 and at most ${DOCUMENT_BYTES_MAX} bytes of application/json within ${SITE_MS / 1000} seconds.`,
    {
      metadata: { field: 'client_id' },
      fix: 'Ask for that address from outside of your network. An app in a private network needs no description: its client_id can be the origin of its redirect_uri. The audit log of this Keyway has the exact reason.',
      cause,
    },
  )
}

function refuse(problem: string): KeywayError {
  return new KeywayError('invalid_request', `"client_id" is not accepted: ${problem}.`, {
    metadata: { field: 'client_id' },
  })
}
