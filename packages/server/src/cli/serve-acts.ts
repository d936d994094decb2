import { runNamedAct } from './acts/all.ts'
import type { ActHouse } from './acts/house.ts'
import { serveControl } from './control-server.ts'

/**
 * Lets the CLI work on a running house, over the socket in its home.
 * @param report takes errors that are ours to mend
 * @returns what ends it
 */
export function serveActs(
  house: ActHouse,
  report: (error: unknown) => void,
): Promise<{ path: string; close(): Promise<void> }> {
  return serveControl({ home: house.config.home, run: (act, args) => runNamedAct(house, act, args), report })
}
