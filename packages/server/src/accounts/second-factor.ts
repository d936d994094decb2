import type { Clock } from '../base/clock.ts'
import { KeywayError } from '../base/errors.ts'
import type { SecondFactorRecord } from '../store/account-records.ts'
import type { Actor, User } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import { newRecoveryCodes, possibleMacs, recoveryCodeMac } from './recovery-codes.ts'
import type { SecretKeys } from './secret-keys.ts'
import type { Throttle } from './throttle.ts'
import { matchTotp, newTotpSecret, totpAddress } from './totp.ts'

/** Seals a person's secret in the database, and opens it, as the vault does. */
export type SecretBox = {
  seal(owner: { workspaceId: string; userId: string }, purpose: 'totp', text: string): Promise<Uint8Array>
  open(owner: { workspaceId: string; userId: string }, purpose: 'totp', sealed: Uint8Array): Promise<string>
}

export type FactorDeps = {
  store: Store
  clock: Clock
  ring: { readonly pepper: SecretKeys }
  secrets: SecretBox
  throttle: Throttle
}

/** What an authenticator app is told, once: by a QR code, or typed. Keep it nowhere. */
export type FactorOffer = { secret: string; address: string }

/** A person's second factor as they may know it. */
export type FactorState = { confirmedAt: number; recoveryCodesLeft: number }

const PRODUCT = 'Keyway'
/** Characters of the account's name in the app's list; more is not shown. */
const ACCOUNT_CHARS_MAX = 100

/** The user's second factor, if it counts. */
export async function factorOf(deps: Pick<FactorDeps, 'store'>, userId: string): Promise<FactorState | undefined> {
  const factor = await deps.store.findSecondFactor(userId)
  if (factor === undefined || factor.confirmedAt === null) return undefined
  return { confirmedAt: factor.confirmedAt, recoveryCodesLeft: await deps.store.countRecoveryCodes(userId) }
}

/**
 * Makes a secret for the user's authenticator app. It counts once a code of it was given.
 * @throws KeywayError `conflict` where one counts already, or the user has no password to go with it
 */
export async function offerFactor(deps: FactorDeps, user: User, actor: Actor): Promise<FactorOffer> {
  const { store, clock, secrets } = deps
  const password = await store.findPassword({ userId: user.id })
  if (password === undefined) {
    throw new KeywayError('conflict', 'An authenticator app goes with a password, and there is none.', {
      fix: 'A passkey needs no second step. Set a password first if you want one.',
    })
  }
  const secret = newTotpSecret()
  const { id: userId, workspaceId } = user
  const sealed = await secrets.seal({ workspaceId, userId }, 'totp', secret)
  await store.beginSecondFactor({ userId, workspaceId, sealed, createdAt: clock.now() }, actor)
  const account = (user.email ?? password.login).slice(0, ACCOUNT_CHARS_MAX)
  return { secret, address: totpAddress({ secret, account, issuer: PRODUCT }) }
}

/**
 * Makes the offered secret count, and ends the user's other sessions.
 * @returns the recovery codes, to be shown once and kept nowhere
 * @throws KeywayError `invalid_request` when the code is not right; `conflict` when nothing waits for one; `rate_limited`
 */
export async function confirmFactor(
  deps: FactorDeps,
  user: User,
  given: { code: string; keepSession: string; actor: Actor },
): Promise<string[]> {
  const { store, clock, throttle } = deps
  const takeBack = throttle.admit([{ kind: 'factor', of: user.id }])
  const factor = await store.findSecondFactor(user.id)
  if (factor === undefined || factor.confirmedAt !== null) throw nothingWaits()
  const step = await stepOf(deps, factor, given.code)
  if (step === undefined) {
    throw new KeywayError('invalid_request', '"code" is not right: expected the six digits that the app shows now.', {
      fix: 'Check that the clock of the phone is right, and type the code that is shown now.',
    })
  }
  const { keepSession, actor } = given
  const { codes, macs } = makeCodes(deps, user.id)
  const terms = { sealed: factor.sealed, step, macs, at: clock.now(), keepSession, actor }
  if (!(await store.confirmSecondFactor(user.id, terms))) throw nothingWaits()
  takeBack()
  return codes
}

/** New recovery codes in place of all. @throws KeywayError `conflict` where there is no second factor */
export async function renewRecoveryCodes(deps: FactorDeps, user: User, actor: Actor): Promise<string[]> {
  const { codes, macs } = makeCodes(deps, user.id)
  if (await deps.store.renewRecoveryCodes(user.id, { macs, at: deps.clock.now(), actor })) return codes
  throw new KeywayError('conflict', 'There is no authenticator app.', { fix: 'Add one first.' })
}

/**
 * Checks what somebody who knows the password gave as the second step: the app's code, or a recovery code. Either is good
 * once.
 * @throws KeywayError `sign_in_failed`, `rate_limited`
 */
export async function checkSecondStep(
  deps: FactorDeps,
  user: User,
  given: { code: string; actor: Actor },
): Promise<void> {
  const { store, clock, throttle } = deps
  const { code, actor } = given
  const takeBack = throttle.admit([
    { kind: 'factor', of: user.id },
    { kind: 'address', of: actor.ip ?? '' },
  ])
  const tidy = code.trim()
  const right = /^[\d ]{6,7}$/.test(tidy)
    ? await takeCode(deps, user.id, tidy.replace(' ', ''))
    : await store.takeRecoveryCode(user.id, {
        macs: possibleMacs(tidy, user.id, deps.ring.pepper),
        at: clock.now(),
        actor,
      })
  if (!right) {
    await store.appendAudit(actor, 'factor.refused', user.id, {}, clock.now())
    throw new KeywayError('sign_in_failed', 'That code is not right, or was used before.', {
      fix: 'Type the code that the app shows now, or one of your recovery codes.',
    })
  }
  takeBack()
}

async function takeCode(deps: FactorDeps, userId: string, code: string): Promise<boolean> {
  const factor = await deps.store.findSecondFactor(userId)
  if (factor === undefined || factor.confirmedAt === null) return false
  const step = await stepOf(deps, factor, code)
  return step !== undefined && deps.store.takeTotpStep(userId, { sealed: factor.sealed, step })
}

async function stepOf(deps: FactorDeps, factor: SecondFactorRecord, code: string): Promise<number | undefined> {
  const { workspaceId, userId, sealed, lastStep } = factor
  const secret = await deps.secrets.open({ workspaceId, userId }, 'totp', sealed)
  return matchTotp(secret, code.replace(/\s/g, ''), { now: deps.clock.now(), after: lastStep })
}

function makeCodes({ ring }: FactorDeps, userId: string): { codes: string[]; macs: string[] } {
  const codes = newRecoveryCodes()
  return { codes, macs: codes.map((code) => recoveryCodeMac(code, userId, ring.pepper)) }
}

function nothingWaits(): KeywayError {
  return new KeywayError('conflict', 'No authenticator app waits for a code.', { fix: 'Begin again.' })
}
