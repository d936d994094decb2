import { dialectOf, openaiUsage } from '../dialect.ts'
import { type Fault, faultByName } from '../fault.ts'
import { plainModel, reasoningModel } from '../models.ts'

/** Troubles to try one's own application against, by model name. */
const TROUBLES: Record<string, Fault> = {
  slow: { kind: 'slow-events', intervalMs: 250 },
  '429': { kind: 'status', status: 429, retryAfterSeconds: 2 },
  timeout: { kind: 'stall-before-headers' },
  cut: { kind: 'close-mid-event', afterEvents: 5 },
  empty: { kind: 'empty' },
  'error-first': { kind: 'error-first' },
}

/**
 * The fault that a model name of the `sim` provider asks for: a trouble's own name, or any fault after a colon.
 * @example faultOfModel('chat:close-mid-event') // { kind: 'close-mid-event' }
 */
export function faultOfModel(model: string): Fault | undefined {
  const [base = '', suffix] = model.split(':')
  if (suffix !== undefined) return faultByName(suffix)
  return Object.hasOwn(TROUBLES, base) ? TROUBLES[base] : undefined
}

/** The demo's own provider: OpenAI's dialect, and models that are troubles. */
export const sim = dialectOf({
  name: 'sim',
  prefix: '/sim/v1',
  key: 'sk-sim-demo-not-a-real-key-0000000000000000',
  docs: [],
  models: [
    plainModel('chat'),
    plainModel('echo'),
    reasoningModel('thinker'),
    ...Object.keys(TROUBLES).map((name) => plainModel(name)),
  ],
  findModel(id) {
    const [base = '', suffix] = id.split(':')
    if (suffix !== undefined && faultByName(suffix) === undefined) return undefined
    const model = sim.models.find((candidate) => candidate.id === base)
    return model === undefined ? undefined : { ...model, id }
  },
  usage: openaiUsage,
  nullUsage: 'requested',
  reasoningField: 'reasoning_content',
})
