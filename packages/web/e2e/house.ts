import { startSimulation } from '@keyway/sim'
import type { Clock } from '../../server/src/base/clock.ts'
import { startRig } from '../../server/src/testing/rig.ts'
import { type FreshKeyway, underWatch } from './real-server.ts'

/** Messages a day that the operator pays for. */
export const DAILY = 3

/** A Keyway with a model that the operator pays for, beside a simulated OpenRouter. Nobody can sign in yet. */
export async function startHouse(settings: Record<string, string> = {}, clock?: Clock): Promise<FreshKeyway> {
  const simulation = await startSimulation()
  const { baseUrl, key } = simulation.providers.openai
  const declared = {
    ...{ provider: 'openai', base_url: baseUrl, allow_private: true, key: { env: 'HOUSE_KEY' }, reach: 'house' },
  }
  const rig = await startRig({
    simulation,
    ...(clock === undefined ? {} : { clock }),
    env: {
      HOUSE_KEY: key,
      KEYWAY_DEMO: 'false',
      KEYWAY_PROVIDERS: JSON.stringify([declared]),
      KEYWAY_HOUSE__MODEL: 'openai/gpt-4o-mini',
      KEYWAY_HOUSE__DAILY_MESSAGES: String(DAILY),
      ...settings,
    },
  })
  return underWatch({ ...rig, simulation })
}
