/** A simulated provider: where it is and what key it takes. */
export type SimulatedProvider = { baseUrl: string; key: string }

/** Simulated providers that are no provider of the real world: they cost nothing. */
const OWN = new Set(['ollama', 'custom', 'sim'])

/** The providers of the demo as the configuration declares them, and the environment that holds their sample keys. */
export function demoSetup(simulated: Readonly<Record<string, SimulatedProvider>>): {
  providers: { provider: string; base_url: string; key?: { env: string }; allow_private: true; free: boolean }[]
  env: Record<string, string>
} {
  const env: Record<string, string> = {}
  const providers = Object.entries(simulated).map(([provider, { baseUrl, key }]) => {
    const declared = { provider, base_url: baseUrl, allow_private: true as const, free: OWN.has(provider) }
    if (key === '') return declared
    const name = `DEMO_${provider.toUpperCase()}_KEY`
    env[name] = key
    return { ...declared, key: { env: name } }
  })
  return { providers, env }
}
