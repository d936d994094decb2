import { setTimeout } from 'node:timers/promises'
import { serverListens } from './control-client.ts'

/** How long others may have a home: a command takes about a second, and several may be waiting. Milliseconds. */
const BUSY_MS = 30_000
/** How often it is looked at meanwhile. Looking costs a tenth of a millisecond, trying to open as much as a start. */
const LOOK_MS = 50

/**
 * Does what opens a home as soon as nobody else has it: another command, or a server that is just starting.
 * @param act is tried again after HomeLocked
 * @param waiting is called once, where there is something to wait for
 * @param served is asked for the result once a server has the home and answers; what it throws ends the waiting
 */
export async function inTurn<T>(
  home: string,
  of: { act: () => Promise<T>; served: () => Promise<T>; waiting?: () => void },
): Promise<T> {
  const until = performance.now() + BUSY_MS
  let waits = false
  for (;;) {
    try {
      return await of.act()
    } catch (error) {
      if (!isLocked(error)) throw error
      if (await serverListens(home)) return of.served()
      if (performance.now() > until) throw error
    }
    if (!waits) of.waiting?.()
    waits = true
    while (!(await isFree(home)) && performance.now() <= until) {
      if (await serverListens(home)) return of.served()
      await setTimeout(LOOK_MS)
    }
  }
}

async function isFree(home: string): Promise<boolean> {
  // Loaded only here: most commands find a server.
  const { lockHome } = await import('../store/sqlite/home-lock.ts')
  try {
    lockHome(home)()
    return true
  } catch (error) {
    if (isLocked(error)) return false
    throw error
  }
}

function isLocked(error: unknown): boolean {
  return error instanceof Error && error.name === 'HomeLocked'
}
