import type { startSimulation } from '@keyway/sim'
import { demoSetup } from '../../cli/demo-setup.ts'
import { type Rig, startRig } from '../../testing/rig.ts'
import { callChat } from './client.ts'

/** A credential in the vault, and a model that is called with it and no other. */
export type Stored = { id: string; baseUrl: string; secret: string; provider: string; model: string }

/** A house whose providers' keys are all in the vault. */
export type VaultRig = { rig: Rig; stored: Stored[]; env: Record<string, string> }

type Simulation = Awaited<ReturnType<typeof startSimulation>>

/** Providers that take a key. Their credentials belong by turns to the owner and to the workspace: two data keys. */
export async function startVaultRig(simulation: Simulation): Promise<VaultRig> {
  const declared = demoSetup(simulation.providers).providers.filter(({ key }) => key !== undefined)
  const providers = declared.map(({ key, ...rest }) => rest)
  const env = { KEYWAY_PROVIDERS: JSON.stringify(providers), KEYWAY_CATALOGUE__REFRESH: 'false' }
  const rig = await startRig({ simulation, env })
  const { house } = rig.server
  const actor = { id: house.owner.id, workspaceId: house.workspace.id }
  const stored: Stored[] = []
  for (const [index, { provider, base_url: baseUrl }] of providers.entries()) {
    const model = [...house.catalogue.current().models.values()].find((one) =>
      one.endpoints.some((endpoint) => {
        const listed = Object.entries(simulation.providers).find(([name]) => name === provider)?.[1].models
        return endpoint.provider === provider && endpoint.prices !== undefined && listed?.includes(endpoint.nativeId)
      }),
    )
    if (model === undefined) continue
    const secret = Object.entries(simulation.providers).find(([name]) => name === provider)?.[1].key ?? ''
    const own = index % 2 === 0
    const { id } = await house.vault.put(
      {
        workspaceId: house.workspace.id,
        userId: own ? house.owner.id : null,
        provider,
        name: provider,
        origin: 'pasted',
        reach: own ? 'own' : 'shared',
        baseUrl,
        priority: 100,
        allowPrivate: true,
        secret,
      },
      actor,
    )
    stored.push({ id, baseUrl, secret, provider, model: model.id })
  }
  return { rig, stored, env }
}

/** Calls a model with the one credential. @returns undefined when it was answered, else what went wrong */
export async function callWith(url: string, key: string, { provider, model }: Stored): Promise<string | undefined> {
  const { status, complete, text } = await callChat(url, {
    key,
    body: { model, messages: [{ role: 'user', content: 'Hello' }], max_tokens: 5, provider: { only: [provider] } },
  })
  return status === 200 && complete ? undefined : `${provider} ${model}: ${status} ${text.slice(0, 300)}`
}
