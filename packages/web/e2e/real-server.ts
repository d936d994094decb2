import { type Simulation, startSimulation } from '@keyway/sim'
import type { Page } from 'playwright-core'
import type { Clock } from '../../server/src/base/clock.ts'
import { setupToken } from '../../server/src/testing/app-browser.ts'
import { type Rig, startRig } from '../../server/src/testing/rig.ts'
import { type KeyWatch, watchKeys } from './key-watch.ts'

/** A whole Keyway without any provider's key, before a simulated OpenRouter. */
export type FreshKeyway = Rig & { simulation: Simulation } & Pick<KeyWatch, 'expectKeyless'>

/** Starts one. Nobody can sign in yet. @param settings as the environment names them @param clock the machine's, if none */
export async function startFreshKeyway(
  settings: Readonly<Record<string, string>> = {},
  clock?: Clock,
): Promise<FreshKeyway> {
  return startBefore(await startSimulation(), settings, { clock })
}

/** Ends one and starts it again over the same home, at the same address. @param settings those it was started with */
export async function restartKeyway(
  { simulation, home, url, close }: FreshKeyway,
  settings: Readonly<Record<string, string>> = {},
): Promise<FreshKeyway> {
  await close('keep')
  return startBefore(simulation, { ...settings, KEYWAY_PORT: new URL(url).port }, { home })
}

async function startBefore(
  simulation: Simulation,
  settings: Readonly<Record<string, string>>,
  { home, clock }: { home?: string; clock?: Clock | undefined },
): Promise<FreshKeyway> {
  const rig = await startRig({
    simulation,
    ...(home === undefined ? {} : { home }),
    ...(clock === undefined ? {} : { clock }),
    // No demo: there a setup link lets its reader in without asking anything.
    env: {
      KEYWAY_PROVIDERS: '[]',
      KEYWAY_CONNECT_OPENROUTER_URL: simulation.openrouter.siteUrl,
      KEYWAY_DEMO: 'false',
      ...settings,
    },
  })
  return underWatch({ ...rig, simulation })
}

/** With an eye on every key: none may be in anything that the server sends, until it is closed. */
export function underWatch(keyway: Rig & { simulation: Simulation }): FreshKeyway {
  const keys = watchKeys(keyway)
  return {
    ...keyway,
    expectKeyless: keys.expectKeyless,
    async close(home) {
      keys.end()
      await keyway.close(home)
    },
  }
}

export const PASSWORD = 'correct horse battery'

/** Goes through the one-time link with a password, and stands on the first page. */
export async function signUp(page: Page, keyway: FreshKeyway): Promise<void> {
  await page.goto(`/setup#${await setupToken(keyway)}`)
  await page.getByRole('button', { name: 'Use a password instead' }).click()
  await page.getByLabel('Name or e-mail').fill('ada')
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Set password and continue' }).click()
  await page.getByRole('heading', { name: 'No model is connected yet' }).waitFor()
}
