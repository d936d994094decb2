import { type AuthorizationOptions, createAuthorization } from './authorization.ts'
import { ConnectError } from './connect-error.ts'
import type { ConnectedKey } from './exchange.ts'
import { type FinishOptions, finishPasted } from './finish.ts'

export { ConnectError, type ConnectErrorCode } from './connect-error.ts'
export type { ConnectedKey } from './exchange.ts'
export { OPENROUTER } from './issuer.ts'

/** What to ask for, and how to talk to the person. @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1.1 */
export type HeadlessOptions = Omit<AuthorizationOptions, 'callbackUrl'> &
  FinishOptions & {
    /** Shows the address, to be opened in any browser, on any machine. */
    show(url: string): Promise<void> | void
    /** Asks for the code that the issuer's page showed. `again` is why the last answer was no code. */
    ask(again: ConnectError | undefined): Promise<string>
  }

/** Answers that are no code: after so many, whoever answers does not mean to. */
const TRIES_MAX = 5

/**
 * Connects where no browser can come back: over SSH, in a container, on plain http. The person opens the address, approves,
 * and pastes the code; RFC 7636 section 1 binds it to this process, so that nobody else can use it.
 * @throws ConnectError every code but `storage`
 */
export async function connectHeadless(options: HeadlessOptions): Promise<ConnectedKey> {
  const { show, ask, fetch, timeoutMs, ...asked } = options
  const authorization = await createAuthorization(asked)
  await show(authorization.url)
  let again: ConnectError | undefined
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const pasted = await ask(again)
    try {
      return await finishPasted(authorization, pasted, {
        ...(fetch === undefined ? {} : { fetch }),
        ...(timeoutMs === undefined ? {} : { timeoutMs }),
        ...(asked.now === undefined ? {} : { now: asked.now }),
      })
    } catch (error) {
      // What was exchanged, or came too late, is over; what was no code may be pasted again.
      if (!(error instanceof ConnectError) || authorization.isSpent || error.code === 'expired') throw error
      again = error
    }
  }
  throw again ?? new ConnectError('denied', 'No code was given.')
}
