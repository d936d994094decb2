import type {
  PasskeyAuthentication,
  PasskeyCreationOptions,
  PasskeyRegistration,
  PasskeyRequestOptions,
} from '@keyway/contract'
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server'
import type { Clock } from '../base/clock.ts'
import { KeywayError } from '../base/errors.ts'
import type { PasskeyRecord } from '../store/account-records.ts'
import type { User } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import { CHALLENGE_MS, type Challenges, type ChallengeUse } from './challenges.ts'

/** The page that passkeys are bound to. */
export type RelyingParty = {
  /** The host name alone: 'keyway.example.com'. */
  id: string
  /** 'https://keyway.example.com' */
  origin: string
}

export type PasskeyDeps = {
  store: Store
  clock: Clock
  challenges: Challenges
  relyingParty(): RelyingParty | undefined
}

const PRODUCT = 'Keyway'
const NAME_CHARS_MAX = 100
/** Passkeys of one user. */
const PASSKEYS_MAX = 30
/** COSE: EdDSA, ES256, RS256, in the order of preference. */
const ALGORITHMS = [-8, -7, -257]

/**
 * The page that passkeys can be bound to: browsers want https, or the name localhost; an address has no name.
 * @param publicUrl 'https://keyway.example.com'
 */
export function relyingPartyOf(publicUrl: string): RelyingParty | undefined {
  const { protocol, hostname, origin } = new URL(publicUrl)
  const local = hostname === 'localhost' || hostname.endsWith('.localhost')
  const named = !/^[\d.]+$/.test(hostname) && !hostname.startsWith('[')
  return named && (protocol === 'https:' || local) ? { id: hostname, origin } : undefined
}

/** What the browser needs to make a passkey for the user. @throws KeywayError `invalid_request`, `conflict` */
export async function registrationOptions(
  deps: PasskeyDeps,
  user: Pick<User, 'id' | 'name' | 'email'>,
  use: ChallengeUse,
): Promise<PasskeyCreationOptions> {
  const { id } = demandPage(deps)
  const known = await deps.store.listPasskeys(user.id)
  if (known.length >= PASSKEYS_MAX) throw new KeywayError('conflict', `There are ${PASSKEYS_MAX} passkeys already.`)
  return {
    challenge: deps.challenges.make(use),
    rp: { id, name: PRODUCT },
    user: {
      id: Buffer.from(user.id).toString('base64url'),
      name: user.email ?? user.name,
      displayName: user.name,
    },
    pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: 'public-key', alg })),
    timeout: CHALLENGE_MS,
    excludeCredentials: known.map(descriptorOf),
    authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
    attestation: 'none',
  }
}

/**
 * Checks what an authenticator made.
 * @throws KeywayError `invalid_request` when it does not answer our challenge, for our page, by a person it knows
 */
export async function verifyRegistration(
  deps: PasskeyDeps,
  of: { user: Pick<User, 'id' | 'workspaceId'>; response: PasskeyRegistration; name: string; use: ChallengeUse },
): Promise<PasskeyRecord> {
  const page = demandPage(deps)
  const { verifyRegistrationResponse } = await import('@simplewebauthn/server')
  const checked = await verifyRegistrationResponse({
    response: registrationJson(of.response),
    expectedChallenge: (challenge) => deps.challenges.redeem(challenge, of.use),
    expectedOrigin: page.origin,
    expectedRPID: page.id,
    requireUserVerification: true,
    supportedAlgorithmIDs: ALGORITHMS,
  }).catch((cause: unknown) => {
    throw refusedPasskey(cause)
  })
  if (!checked.verified) throw refusedPasskey(undefined)
  const { credential, credentialBackedUp } = checked.registrationInfo
  return {
    id: credential.id,
    workspaceId: of.user.workspaceId,
    userId: of.user.id,
    name: tidyName(of.name),
    rpId: page.id,
    publicKey: new Uint8Array(credential.publicKey),
    counter: credential.counter,
    transports: credential.transports ?? [],
    synced: credentialBackedUp,
    createdAt: deps.clock.now(),
    lastUsedAt: null,
  }
}

/** What the browser needs to find a passkey of its own accord: nobody is named, so nobody is found out. */
export function authenticationOptions(deps: PasskeyDeps): PasskeyRequestOptions {
  const { id } = demandPage(deps)
  const challenge = deps.challenges.make({ purpose: 'sign-in' })
  return { challenge, rpId: id, timeout: CHALLENGE_MS, allowCredentials: [], userVerification: 'required' }
}

/**
 * Checks an authenticator's answer and notes its use.
 * @returns the id of the user that the passkey is of
 * @throws KeywayError `sign_in_failed`, whatever is wrong
 */
export async function verifyAuthentication(deps: PasskeyDeps, response: PasskeyAuthentication): Promise<string> {
  const page = demandPage(deps)
  const passkey = await deps.store.findPasskey(response.id)
  if (passkey === undefined || passkey.rpId !== page.id) throw failedPasskey()
  const { verifyAuthenticationResponse } = await import('@simplewebauthn/server')
  const checked = await verifyAuthenticationResponse({
    response: authenticationJson(response),
    expectedChallenge: (challenge) => deps.challenges.redeem(challenge, { purpose: 'sign-in' }),
    expectedOrigin: page.origin,
    expectedRPID: page.id,
    credential: { id: passkey.id, publicKey: new Uint8Array(passkey.publicKey), counter: passkey.counter },
    requireUserVerification: true,
  }).catch((cause: unknown) => {
    throw failedPasskey(cause)
  })
  const { userHandle } = response.response
  const handle = userHandle == null ? undefined : Buffer.from(userHandle, 'base64url').toString()
  if (!checked.verified || (handle !== undefined && handle !== passkey.userId)) throw failedPasskey()
  const { newCounter, credentialBackedUp } = checked.authenticationInfo
  const noted = await deps.store.notePasskey(passkey.id, {
    counterBefore: passkey.counter,
    counter: newCounter,
    synced: credentialBackedUp,
    at: deps.clock.now(),
  })
  // Another use of the same passkey came between: of two, one may be a copy.
  if (!noted) throw failedPasskey()
  return passkey.userId
}

/** Member by member: what browsers add, and what decides nothing here, stays out. */
function registrationJson({ id, rawId, type, response }: PasskeyRegistration): RegistrationResponseJSON {
  const { clientDataJSON, attestationObject, transports = [] } = response
  return { id, rawId, type, clientExtensionResults: {}, response: { clientDataJSON, attestationObject, transports } }
}

function authenticationJson({ id, rawId, type, response }: PasskeyAuthentication): AuthenticationResponseJSON {
  const { clientDataJSON, authenticatorData, signature } = response
  return { id, rawId, type, clientExtensionResults: {}, response: { clientDataJSON, authenticatorData, signature } }
}

function descriptorOf({ id, transports }: PasskeyRecord) {
  return { id, type: 'public-key' as const, transports }
}

function demandPage({ relyingParty }: PasskeyDeps): RelyingParty {
  const page = relyingParty()
  if (page !== undefined) return page
  throw new KeywayError('invalid_request', 'Browsers offer no passkeys at this address.', {
    fix: 'Use a password, or serve Keyway by https at a name of its own (--public-url).',
  })
}

function tidyName(name: string): string {
  const tidy = name.trim()
  if (tidy === '' || tidy.length > NAME_CHARS_MAX || /\p{Cc}/u.test(tidy)) {
    throw new KeywayError('invalid_request', `"passkey_name" is invalid: expected 1 to ${NAME_CHARS_MAX} characters.`)
  }
  return tidy
}

function refusedPasskey(cause: unknown): KeywayError {
  if (cause instanceof KeywayError) return cause
  return new KeywayError('invalid_request', 'The passkey could not be verified.', {
    fix: 'Try again; the offer ends after five minutes and is good once.',
    ...(cause === undefined ? {} : { cause }),
  })
}

function failedPasskey(cause?: unknown): KeywayError {
  return new KeywayError('sign_in_failed', 'The passkey was not accepted.', cause === undefined ? {} : { cause })
}
