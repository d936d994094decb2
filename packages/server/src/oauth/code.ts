import type { AppKeyTerms, AuthCodeRecord, AuthRequest } from '../store/oauth-records.ts'
import type { Actor, User } from '../store/records.ts'
import { refererOf, requireAdmitted } from './app-identity.ts'
import { checkCallback } from './callback-url.ts'
import { checkChallenge, weaknessOf } from './challenge-rules.ts'
import { keyNameOf } from './key-name.ts'
import { type OauthDeps, policyOf } from './oauth-deps.ts'
import { readWishes, type Wishes } from './request.ts'
import { codeHash, newSecret } from './secrets.ts'
import { boundsOf, defaultsOf, grantedTerms } from './terms.ts'

/** A code, to be told once. What is stored of it is its hash. */
export type MadeCode = { code: string; record: AuthCodeRecord }

/** Makes a code for what was asked, on these terms. It is not stored yet. */
export async function makeCode(
  deps: OauthDeps,
  request: AuthRequest,
  of: { user: Pick<User, 'id' | 'workspaceId'>; terms: AppKeyTerms },
): Promise<MadeCode> {
  const { store, settings } = deps
  const now = deps.codeNow()
  const code = newSecret()
  const { workspaceId, id: userId } = of.user
  const app = await store.upsertApp(workspaceId, refererOf(request), request.clientName)
  const lifeMs = request.flow === 'standard' ? settings.standard_code_ms : settings.code_ms
  const { flow, callbackUrl, clientId, clientName, challenge, method, boundTo } = request
  const record: AuthCodeRecord = {
    hash: codeHash(code, { installId: store.installId, issuer: deps.publicUrl() }),
    workspaceId,
    userId,
    appId: app.id,
    flow,
    callbackUrl,
    clientId,
    clientName,
    challenge,
    method,
    terms: of.terms,
    createdAt: now,
    expiresAt: now + lifeMs,
    consumedAt: null,
    failures: 0,
    keyHash: null,
    deliveredAt: null,
    boundTo,
  }
  return { code, record }
}

/** What `POST /auth/keys/code` asks for. */
export type CodeWish = {
  callback_url: string
  code_challenge?: string | undefined
  code_challenge_method?: string | undefined
} & Wishes

/**
 * Makes a code without a page, for a program that acts for its user: on the proposed terms, lowered by what it asks.
 * @throws KeywayError `invalid_request`
 */
export async function createCode(
  deps: OauthDeps,
  { callback_url, code_challenge, code_challenge_method, ...wishes }: CodeWish,
  by: { user: Pick<User, 'id' | 'workspaceId'>; actor: Actor },
): Promise<MadeCode> {
  const { settings, clock } = deps
  const now = clock.now()
  const callback = checkCallback(callback_url, deps.publicUrl())
  const sent = { challenge: code_challenge, method: code_challenge_method }
  const request: AuthRequest = {
    flow: 'compatible',
    callbackUrl: callback.url,
    origin: callback.origin,
    clientId: null,
    clientName: null,
    ...checkChallenge(sent, { policy: policyOf(settings), way: 'callback' }),
    ...readWishes(wishes, now),
    state: null,
    boundTo: null,
  }
  requireAdmitted(request, settings)
  const bounds = boundsOf(request, settings, { now, weak: weaknessOf(request) })
  const proposed = defaultsOf(bounds, settings, now)
  const choice = { ...proposed, models: null, identity: 'withheld' as const }
  const terms = grantedTerms(choice, bounds, { name: keyNameOf(request), now })
  const made = await makeCode(deps, request, { user: by.user, terms })
  await deps.store.putAuthCode(made.record, by.actor)
  return made
}
