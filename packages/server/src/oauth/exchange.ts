import type { Client } from '../accounts/sessions.ts'
import { KeywayError } from '../base/errors.ts'
import { issuedKey } from '../keys/issue.ts'
import type { AuthCodeRecord, AuthFlow, WeakFlow } from '../store/oauth-records.ts'
import { checkVerifierForm, provesChallenge, weaknessOf } from './challenge-rules.ts'
import { type OauthDeps, policyOf } from './oauth-deps.ts'
import type { ShownProof } from './proof.ts'
import { badProof } from './proof-form.ts'
import { codeHash } from './secrets.ts'
import { stranger } from './stranger.ts'
import { weakenedTerms } from './terms.ts'

/** Wrong verifiers that a code outlives: enough for a client's mistake, far too few for a guess. */
const FAILURES_MAX = 5

/** What an app brings to fetch its key. */
export type Exchange = {
  code: string
  verifier: string | undefined
  /** As it was sent. The stored one decides; another is an error. */
  method: string | undefined
  flow: AuthFlow
  /** What the standard flow sends again; the compatible one does not. OAuth 2.1 leaves the callback out. */
  callbackUrl?: string | undefined
  clientId?: string | undefined
  /** By the key that the one fetched is to be bound to. The compatible flow has none. */
  proof?: ShownProof | undefined
}

/** A key, to be handed over once and kept nowhere. */
export type Exchanged = { key: string; userId: string; code: AuthCodeRecord; expiresAt: number; weak: WeakFlow | null }

/**
 * Exchanges a code for a key: exactly one key for each code, whoever asks at the same time.
 *
 * A wrong verifier does not use the code up until the fifth. A second, correct exchange after the key arrived ends the key;
 * one that was under way at the same time does not, since programs that start twice do that to themselves.
 * @throws KeywayError `code_refused`, `invalid_request`, `proof_invalid`
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2 https://www.rfc-editor.org/rfc/rfc7636#section-4.6
 */
export async function exchange(deps: OauthDeps, given: Exchange, client: Client): Promise<Exchanged> {
  const { store, clock, settings } = deps
  const policy = policyOf(settings)
  checkVerifierForm(given.verifier, given.flow === 'standard' ? 's256-only' : policy)
  const hash = codeHash(given.code, { installId: store.installId, issuer: deps.publicUrl() })
  const code = await store.findAuthCode(hash)
  const proved = provesChallenge(given.verifier, code ?? { challenge: null, method: null })
  if (code === undefined || code.flow !== given.flow) throw refused()
  if (code.consumedAt !== null) {
    if (proved) await endReplayed(deps, code, client)
    throw refused()
  }
  const now = clock.now()
  if (code.expiresAt <= deps.codeNow()) throw new KeywayError('code_refused', 'Authorization code expired')
  if (given.method !== undefined && given.method !== code.method) {
    throw new KeywayError('invalid_request', 'Invalid code_challenge_method', {
      metadata: { field: 'code_challenge_method' },
    })
  }
  // Codes that were given out before the operator asked for more.
  if (policy === 's256-only' && code.method !== 'S256') throw refused()
  const sameFlow =
    given.flow === 'compatible' ||
    ((given.callbackUrl ?? code.callbackUrl) === code.callbackUrl && given.clientId === code.clientId)
  if (!proved || !sameFlow) {
    await store.noteAuthFailure(hash, { most: FAILURES_MAX, at: now })
    throw refused()
  }
  const { proof } = given
  if (code.boundTo !== null && code.boundTo !== proof?.thumbprint) {
    await store.noteAuthFailure(hash, { most: FAILURES_MAX, at: now })
    throw badProof('is missing, or by another key than the code is bound to')
  }
  await requireSamePerson(deps, code)
  // Last, so that nobody without a code is remembered.
  if (proof !== undefined) await deps.proofs.use(proof, code.userId)
  const boundTo = proof?.thumbprint ?? null
  return mint(deps, code, { now, weak: weaknessOf(code, given.verifier), boundTo, client })
}

async function mint(
  deps: OauthDeps,
  code: AuthCodeRecord,
  of: { now: number; weak: WeakFlow | null; boundTo: string | null; client: Client },
): Promise<Exchanged> {
  const { store } = deps
  const { now, weak, boundTo, client } = of
  const { workspaceId, userId, appId } = code
  const { identity, ...terms } = weak === null ? code.terms : weakenedTerms(code.terms, now)
  const { key, record } = issuedKey(
    deps,
    // Own credentials only: what the workspace shares, or the operator pays, is not this person's to give away.
    { workspaceId, userId, kind: 'inference', appId, boundTo, reaches: ['own'], ...terms },
    now,
  )
  const grant = {
    keyHash: record.hash,
    workspaceId,
    userId,
    appId,
    flow: code.flow,
    callbackUrl: code.callbackUrl,
    clientId: code.clientId,
    clientName: code.clientName,
    weak,
    identity,
    createdAt: now,
  }
  const actor = { id: userId, workspaceId, ...(client.ip === null ? {} : { ip: client.ip }) }
  if (!(await store.redeemAuthCode(code.hash, { key: record, grant, at: now, actor }))) throw refused()
  return { key, userId, code: { ...code, keyHash: record.hash, consumedAt: now }, expiresAt: terms.expiresAt, weak }
}

/** Whoever allowed it must still be who they were: not disabled, and with the password that they had. */
async function requireSamePerson({ store, clock, codeNow }: OauthDeps, code: AuthCodeRecord): Promise<void> {
  const [user, password] = await Promise.all([store.findUser(code.userId), store.findPassword({ userId: code.userId })])
  // Codes may be ahead of a clock that was set back.
  const ahead = codeNow() - clock.now()
  const changed = password !== undefined && password.changedAt + ahead > code.createdAt
  if (user === undefined || user.disabledAt !== null || changed) throw refused()
}

/** Two holders of one code and verifier: the key that the first got is ended. */
async function endReplayed({ store, clock }: OauthDeps, code: AuthCodeRecord, client: Client): Promise<void> {
  if (code.keyHash === null || code.deliveredAt === null) return
  await store.revokeKey(code.keyHash, stranger(code.workspaceId, client), clock.now())
}

function refused(): KeywayError {
  return new KeywayError('code_refused', 'Invalid code or code_verifier')
}
