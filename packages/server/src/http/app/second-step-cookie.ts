import { CHALLENGE_MS } from '../../accounts/challenges.ts'
import type { SecondStep } from '../../accounts/second-step.ts'
import { type SessionCookie, sessionCookie } from './session-cookie.ts'

/**
 * The cookie that holds a first step until the second is done: no script reads it, and no page but ours has it sent.
 */
export function secondStepCookie(publicUrl: string, installId: string): SessionCookie {
  const session = sessionCookie(publicUrl, installId)
  return { ...session, name: session.name.replace('keyway_session_', 'keyway_step_') }
}

/** The Set-Cookie header that keeps it. */
export function keepSecondStep(cookie: SessionCookie, { token }: SecondStep): string {
  return `${cookie.name}=${token}; Max-Age=${CHALLENGE_MS / 1000}; ${attributes(cookie)}`
}

/** The Set-Cookie header that takes it away. */
export function dropSecondStep(cookie: SessionCookie): string {
  return `${cookie.name}=; Max-Age=0; ${attributes(cookie)}`
}

/** Strict: nothing from another site has any business with it. */
function attributes({ secure }: SessionCookie): string {
  return `Path=/; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`
}
