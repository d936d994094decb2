import { z } from 'zod'
import { defineAct } from './act.ts'
import { checkCredential, checkShape } from './check-credential.ts'
import { findCredential, findCredentials, findProvider } from './find-credential.ts'
import type { ActHouse } from './house.ts'
import { credentialShape, viewOfCredential } from './provider-shape.ts'

const which = z.string().min(1)

/** A provider of the operator's own, as `--json` shows it. */
const customShape = z.object({ id: z.string(), base_url: z.string(), allow_private: z.boolean(), free: z.boolean() })

/** Credentials and the operator's own providers. */
export const listProviders = defineAct({
  name: 'providers.list',
  args: z.strictObject({}),
  result: z.object({
    credentials: z.array(credentialShape),
    /** Providers with a base URL of the operator's own. */
    custom: z.array(customShape),
    /** What `providers add` takes by name. */
    known: z.array(z.object({ id: z.string(), name: z.string(), needs_key: z.boolean() })),
  }),
  async run(house) {
    const custom = await house.store.listProviders(house.workspace.id)
    return {
      credentials: (await house.vault.list(house.workspace.id)).map(viewOfCredential),
      custom: custom.map(({ id, baseUrl, allowPrivate, free }) => ({
        id,
        base_url: baseUrl,
        allow_private: allowPrivate,
        free,
      })),
      known: house
        .providers()
        .map(({ id, name, auth, free }) => ({ id, name, needs_key: auth !== undefined && !free })),
    }
  },
})

const testShape = z.array(z.object({ id: z.string(), provider: z.string(), name: z.string(), check: checkShape }))

/** Asks providers whether they take the credentials. */
export const testProviders = defineAct({
  name: 'providers.test',
  args: z.strictObject({ which: which.optional(), name: z.string().optional() }),
  result: testShape,
  async run(house, { which, name }) {
    const own = await house.store.listProviders(house.workspace.id)
    const custom = own.find((provider) => provider.id === which)
    const all = await house.vault.list(house.workspace.id)
    const keyless = custom !== undefined && !all.some((one) => one.provider === which)
    if (keyless) {
      const check = await checkKeyless(house, custom)
      return [{ id: custom.id, provider: custom.id, name: custom.id, check }]
    }
    const found = await findCredentials(house, which, name)
    return Promise.all(
      found.map(async (one) => {
        const check = await checkStored(house, one)
        if (one.origin !== 'environment') {
          await house.store.noteCredential(one.id, { lastError: check.outcome === 'rejected' ? check.detail : null })
        }
        return { id: one.id, provider: one.provider, name: one.name, check }
      }),
    )
  },
})

async function checkKeyless(house: ActHouse, custom: { id: string; baseUrl: string; allowPrivate: boolean }) {
  const provider = findProvider(house, custom.id)
  if (provider === undefined) return UNKNOWN
  return checkCredential(house, {
    provider,
    secret: undefined,
    baseUrl: custom.baseUrl,
    allowPrivate: custom.allowPrivate,
  })
}

async function checkStored(
  house: ActHouse,
  one: { id: string; provider: string; baseUrl: string; allowPrivate: boolean },
) {
  const provider = findProvider(house, one.provider)
  if (provider === undefined) return UNKNOWN
  const { baseUrl } = provider
  const secret = await house.vault.open(one.id, { baseUrl })
  return checkCredential(house, { provider, secret, baseUrl, allowPrivate: one.allowPrivate })
}

const UNKNOWN = {
  outcome: 'unverified' as const,
  detail: 'no provider of that name is declared any more',
  latency_ms: null,
}

/** Takes away a credential, or a provider of the operator's own. */
export const removeProvider = defineAct({
  name: 'providers.remove',
  args: z.strictObject({ which, name: z.string().optional() }),
  result: z.object({ removed: z.array(z.string()) }),
  async run(house, { which, name }) {
    const custom = (await house.store.listProviders(house.workspace.id)).find((provider) => provider.id === which)
    const stored = (await house.vault.list(house.workspace.id)).filter(
      (one) => one.provider === which && one.origin !== 'environment',
    )
    if (custom === undefined || name !== undefined) {
      const { id } = await findCredential(house, which, name)
      await house.vault.remove(id, house.actor)
      return { removed: [id] }
    }
    // A provider of the operator's own goes with its keys: without its address they can be sent nowhere.
    for (const { id } of stored) await house.vault.remove(id, house.actor)
    await house.store.removeProvider(custom.id, house.actor, house.clock.now())
    return { removed: [...stored.map(({ id }) => id), custom.id] }
  },
})
