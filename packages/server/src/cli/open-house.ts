import type { ActHouse } from './acts/house.ts'
import type { SoundConfig } from './context.ts'

/**
 * Opens the house for one act, when no server runs: takes the home's lock until `close`.
 * @throws Error when the home belongs to another process, or the root key does not open it
 */
export async function openActHouse(settled: SoundConfig): Promise<{ house: ActHouse; close(): Promise<void> }> {
  // Loaded only when it is needed: most commands find a server, and --help needs nothing.
  const { buildHouse } = await import('../house.ts')
  const house = await buildHouse(settled.config, { env: settled.env })
  return { house: { ...house.actHouse(undefined) }, close: () => house.close() }
}
