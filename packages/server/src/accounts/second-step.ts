import { KeywayError } from '../base/errors.ts'
import type { SessionMethod } from '../store/account-records.ts'
import type { User } from '../store/records.ts'
import { CHALLENGE_MS, type Challenges } from './challenges.ts'
import { checkSecondStep, type FactorDeps, factorOf } from './second-factor.ts'
import type { Client } from './sessions.ts'
import { actorOf } from './sessions.ts'

export type SecondStepDeps = FactorDeps & { challenges: Challenges }

/** How somebody proved who they are, and by which door. */
export type FirstStep = { user: User; method: SessionMethod; door: 'sign-in' | 'setup-link' | 'new-password' }

/** What the browser keeps, in a cookie that no script reads, until the second step is done. */
export type SecondStep = { token: string; expiresAt: number }

/**
 * The one place that decides whether a first step is enough for a session. A password is not where an authenticator app
 * is set up, and neither is a setup link: whoever made the link does not have the phone. A passkey is both steps in one.
 * @returns undefined when it is enough
 */
export async function secondStepFor(deps: SecondStepDeps, first: FirstStep): Promise<SecondStep | undefined> {
  const { user, method, door } = first
  if (method !== 'password' && door !== 'setup-link') return undefined
  if ((await factorOf(deps, user.id)) === undefined) return undefined
  const challenge = deps.challenges.make({ purpose: 'second-step', subject: await subjectOf(deps, user.id) })
  return { token: `${user.id}.${challenge}`, expiresAt: deps.clock.now() + CHALLENGE_MS }
}

/**
 * Whose second step this is, once the code is right. The token is then used up; a wrong code leaves it.
 * @throws KeywayError `sign_in_failed` for a token that is none, ended, or of a password that was changed since; and as
 * checkSecondStep
 */
export async function takeSecondStep(
  deps: SecondStepDeps,
  given: { token: string | undefined; code: string },
  client: Client,
): Promise<User> {
  const { store, challenges } = deps
  const [userId = '', challenge = '', ...rest] = (given.token ?? '').split('.')
  const user = rest.length === 0 && userId !== '' ? await store.findUser(userId) : undefined
  if (user === undefined || user.disabledAt !== null) throw begunTooLongAgo()
  const use = { purpose: 'second-step', subject: await subjectOf(deps, user.id) } as const
  if (!challenges.isOurs(challenge, use)) throw begunTooLongAgo()
  await checkSecondStep(deps, user, { code: given.code, actor: actorOf(user, client) })
  if (!(await challenges.redeem(challenge, use))) throw begunTooLongAgo()
  return user
}

/** The password's date is in it: whoever changes theirs ends what an old one began. */
async function subjectOf({ store }: SecondStepDeps, userId: string): Promise<string> {
  const password = await store.findPassword({ userId })
  return `${userId}/${password?.changedAt ?? 'none'}`
}

function begunTooLongAgo(): KeywayError {
  return new KeywayError('sign_in_failed', 'Signing in took too long, or began in another browser.', {
    fix: 'Begin again with your name and password.',
  })
}
