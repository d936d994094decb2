import type { LoginAnswer, Me, SignedIn, SignUpPasskeyRequest } from '@keyway/contract'
import { browserSupportsWebAuthn, startAuthentication, startRegistration } from '@simplewebauthn/browser'
import { request } from './request.ts'

// The contract has the browser's JSON forms with the fields that we use; the library's types are the same with closed
// lists of texts.
type CreationOptions = Parameters<typeof startRegistration>[0]['optionsJSON']
type RequestOptions = Parameters<typeof startAuthentication>[0]['optionsJSON']

/** Signs in with a passkey. @throws AppError, or an Error named NotAllowedError when the person cancels */
export async function signInWithPasskey(): Promise<Me> {
  const options = await request('POST /api/app/login/passkey/options')
  const response = await startAuthentication({ optionsJSON: options as RequestOptions })
  return (await request('POST /api/app/login/passkey/verify', { body: { response } })).user
}

/** Makes the first passkey of whom a setup link is for, and signs them in. */
export async function setUpPasskey(token: string, name: string): Promise<LoginAnswer> {
  const options = await request('POST /api/app/setup/passkey/options', { body: { token, name } })
  const response = await startRegistration({ optionsJSON: options as CreationOptions })
  return request('POST /api/app/setup/passkey/verify', { body: { token, response, name } })
}

/** Makes an account of one's own with its first passkey, and signs in. */
export async function signUpWithPasskey(
  name: string,
  mail: Pick<SignUpPasskeyRequest, 'email' | 'language'>,
): Promise<SignedIn> {
  const options = await request('POST /api/app/sign-up/passkey/options', { body: { name } })
  const response = await startRegistration({ optionsJSON: options as CreationOptions })
  return request('POST /api/app/sign-up/passkey/verify', { body: { name, user: options.user.id, response, ...mail } })
}

/** Can a passkey be made here? Browsers want https or localhost, and a name instead of an address. */
export function canHavePasskeys(): boolean {
  const { hostname } = location
  const named = !/^[\d.]+$/.test(hostname) && !hostname.startsWith('[')
  return named && window.isSecureContext && browserSupportsWebAuthn()
}

/** Adds a passkey to the person who is signed in. */
export async function addPasskey(): Promise<void> {
  const options = await request('POST /api/app/passkeys/options')
  const response = await startRegistration({ optionsJSON: options as CreationOptions })
  await request('POST /api/app/passkeys/verify', { body: { response } })
}

/** Did the person close the browser's passkey window themselves? */
export function isCancelled(error: unknown): boolean {
  return error instanceof Error && (error.name === 'NotAllowedError' || error.name === 'AbortError')
}
