import { type Simulation, startSimulation } from '@keyway/sim'
import type { Page } from 'playwright-core'
import type { Clock } from '../../server/src/base/clock.ts'
import { setupToken } from '../../server/src/testing/app-browser.ts'
import { type Rig, startRig } from '../../server/src/testing/rig.ts'

/** A whole Keyway without any provider's key, before a simulated OpenRouter. */
export type FreshKeyway = Rig & { simulation: Simulation }

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
  return { ...rig, simulation }
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

/** Everything that a page keeps: both storages and the cookies that a script can read. */
export async function readStorage(page: Page): Promise<string> {
  return String(await page.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])'))
}

/** Every answer that the page got from our server, as text: for looking for what must not be in it. */
export function recordAnswers(page: Page, url: string): () => Promise<string[]> {
  const answers: Promise<string>[] = []
  page.on('response', (response) => {
    if (!response.url().startsWith(url) || response.status() === 303) return
    // A page that was left before it came has no body any more.
    answers.push(response.text().catch(() => ''))
  })
  return () => Promise.all(answers)
}
