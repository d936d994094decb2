import { VISITOR_MS } from './accounts/visitors.ts'
import { describeError } from './describe-error.ts'
import type { House } from './house.ts'
import { endUndelivered, pruneAuthorizations } from './oauth/look-after.ts'
import { oauthOf } from './oauth-of.ts'

/** What is done from time to time. */
export type Chore = { name: string; everyMs: number; run(): Promise<unknown> }

/** Does something again and again. @returns what ends it */
export type Repeat = (act: () => Promise<void>, everyMs: number) => () => void

/** How often explanations past their days are deleted. Milliseconds. */
const PRUNE_MS = 60 * 60 * 1000
/** How often keys that no app received are looked for: they end within a minute. Milliseconds. */
const UNDELIVERED_MS = 20_000
/**
 * How often connected accounts are looked for that nobody asked about for an hour. Once an hour would be too seldom: what
 * was asked about a moment after one round would not be due at the next. Milliseconds.
 */
const CONNECTIONS_MS = 5 * 60 * 1000
const DAY_MS = 24 * 60 * 60 * 1000

/** Repeats by the machine's own timers, which keep no process alive. */
export const repeatByTimer: Repeat = (act, everyMs) => {
  const timer = setInterval(() => void act(), everyMs).unref()
  return () => clearInterval(timer)
}

/** Models and prices are asked for, accounts looked after, and what is old goes. @param signal of the server's end */
export function choresOf(house: House, signal: AbortSignal): Chore[] {
  const { config, clock, store } = house
  const keptMs = config.limits.explanation_days * DAY_MS
  const oauth = oauthOf(house, () => '')
  const prune = (name: string, run: Chore['run']): Chore => ({ name, everyMs: PRUNE_MS, run })
  const refresh: Chore = {
    name: 'refresh the catalogue',
    everyMs: config.catalogue.refresh_ms,
    run: () => house.catalogue.refresh(signal),
  }
  return [
    ...(config.catalogue.refresh ? [refresh] : []),
    { name: 'look after connections', everyMs: CONNECTIONS_MS, run: () => house.link.checkAll() },
    { name: 'end keys that nobody received', everyMs: UNDELIVERED_MS, run: () => endUndelivered(oauth) },
    prune('forget visitors who never arrived', () => store.forgetVisitors(clock.now() - VISITOR_MS)),
    prune('remove conversations that are over', () => store.purgeConversations(clock.now())),
    prune('prune authorizations', () => pruneAuthorizations(oauth)),
    prune('remove attachments that nothing names', () => store.pruneAttachments(clock.now() - DAY_MS)),
    prune('prune explanations', () => store.pruneExplanations(clock.now() - keptMs)),
  ]
}

/** Does each now and then again, until the signal. A failure is written down, and the next time it is tried again. */
export function startChores(
  chores: readonly Chore[],
  { repeat, log, signal }: { repeat: Repeat; log: House['log']; signal: AbortSignal },
): void {
  for (const { name, everyMs, run } of chores) {
    const act = async () => {
      try {
        await run()
      } catch (error) {
        if (!signal.aborted) log.error({ chore: name, ...describeError(error) }, 'a chore failed')
      }
    }
    signal.addEventListener('abort', repeat(act, everyMs), { once: true })
    void act()
  }
}
