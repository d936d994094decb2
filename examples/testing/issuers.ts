import { type Simulation, startSimulation } from '../../packages/sim/src/index.ts'

/** Somebody whose accounts an example connects. */
export type TestIssuer = {
  url: string
  model: string
  /** Every key that it made. */
  keys(): string[]
  /** The labels of the buttons that a person presses on its pages, in order. */
  presses: readonly (string | RegExp)[]
  reset(): void
  close(): Promise<void>
}

/** The simulated OpenRouter, with its real pages. */
export async function simulatedOpenRouter(): Promise<TestIssuer & { simulation: Simulation }> {
  const simulation = await startSimulation()
  const { siteUrl, account } = simulation.openrouter
  return {
    simulation,
    url: siteUrl,
    model: 'openai/gpt-4.1',
    keys: () => account.keys().map(({ key }) => key),
    presses: [/^Continue as/, 'Approve'],
    reset: () => simulation.reset(),
    close: () => simulation.close(),
  }
}
