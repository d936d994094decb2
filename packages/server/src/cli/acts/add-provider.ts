import { z } from 'zod'
import { KeywayError } from '../../base/errors.ts'
import { nearestName } from '../../config/nearest-name.ts'
import { baseUrlSchema, reachSchema } from '../../config/providers.ts'
import { customProvider } from '../../providers/custom.ts'
import type { Provider } from '../../providers/provider.ts'
import { recogniseKey } from '../../providers/recognise.ts'
import { cleanSecret } from '../../vault/clean-secret.ts'
import { parseReference, readReference } from '../../vault/reference.ts'
import { refuseOpenWay } from '../../vault/refuse-open-way.ts'
import { defineAct } from './act.ts'
import { type Check, checkCredential, checkShape } from './check-credential.ts'
import { findCredential, findProvider } from './find-credential.ts'
import type { ActHouse } from './house.ts'
import { credentialShape, viewOfCredential } from './provider-shape.ts'

const secretArgs = {
  secret: z.string().optional(),
  /** 'env:NAME' or 'file:PATH' */
  reference: z.string().optional(),
  /** Store it without asking the provider. */
  unchecked: z.boolean().optional(),
}

const addArgs = z.strictObject({
  ...secretArgs,
  /** undefined: the one whose keys begin so. */
  provider: z.string().optional(),
  base_url: baseUrlSchema.optional(),
  name: z.string().min(1).optional(),
  reach: reachSchema.optional(),
  priority: z.int().min(0).max(1000).optional(),
  allow_private: z.boolean().optional(),
  free: z.boolean().optional(),
})

const stored = z.object({ provider: z.string(), credential: credentialShape.nullable(), check: checkShape })

/** Names a provider of one's own may have; also the beginning of its models' ids. */
const OWN_NAME = /^[a-z0-9][a-z0-9-]{0,39}$/

/** A credential, a provider of the operator's own, or both at once. The provider is asked before anything is stored. */
export const addProvider = defineAct({
  name: 'providers.add',
  args: addArgs,
  result: stored,
  async run(house, args) {
    const secret = await secretOf(house, args)
    const { provider, own } = chooseProvider(house, args, secret)
    const allowPrivate = args.allow_private ?? false
    if (own && secret !== undefined) refuseOpenWay(provider.baseUrl, { allowPrivate })
    const needsKey = provider.auth !== undefined && !own && !provider.free
    if (needsKey && secret === undefined) {
      throw new KeywayError('invalid_request', `${provider.name} needs a key.`, {
        fix: `Run: keyway providers add ${provider.id} --key-stdin`,
      })
    }
    await refuseTwin(house, provider.id, args.name ?? provider.id)
    const check = await ask(house, { provider, secret, allowPrivate, unchecked: args.unchecked })
    if (own || (secret === undefined && provider.free)) await putProvider(house, provider, allowPrivate)
    if (secret === undefined) return { provider: provider.id, credential: null, check }
    const kept = args.reference === undefined ? { secret } : { reference: args.reference }
    const credential = await house.vault.put(
      {
        workspaceId: house.workspace.id,
        userId: (args.reach ?? 'own') === 'own' ? house.owner.id : null,
        provider: provider.id,
        name: args.name ?? provider.id,
        origin: 'pasted',
        reach: args.reach ?? 'own',
        baseUrl: provider.baseUrl,
        priority: args.priority ?? 100,
        allowPrivate,
        ...kept,
      },
      house.actor,
    )
    return { provider: provider.id, credential: viewOfCredential(credential), check }
  },
})

/** Another secret in the place of one. The provider is asked before anything is stored. */
export const replaceCredential = defineAct({
  name: 'providers.replace',
  args: z.strictObject({ ...secretArgs, which: z.string().min(1), name: z.string().optional() }),
  result: stored,
  async run(house, args) {
    const old = await findCredential(house, args.which, args.name)
    const secret = await secretOf(house, args)
    if (secret === undefined)
      throw new KeywayError('invalid_request', 'The new key is missing.', {
        fix: 'Give it with --key-stdin or --key-ref.',
      })
    const provider = findProvider(house, old.provider)
    if (provider === undefined)
      throw new KeywayError('not_found', 'The provider of this credential is not declared any more.')
    const check = await ask(house, { provider, secret, allowPrivate: old.allowPrivate, unchecked: args.unchecked })
    if (args.reference === undefined) {
      const credential = await house.vault.replace(old.id, secret, house.actor)
      return { provider: old.provider, credential: viewOfCredential(credential), check }
    }
    const { workspaceId, userId, name, reach, priority, allowPrivate } = old
    const next = {
      workspaceId,
      userId,
      provider: old.provider,
      name,
      reach,
      priority,
      allowPrivate,
      origin: 'pasted' as const,
    }
    const credential = await house.vault.put(
      { ...next, baseUrl: provider.baseUrl, reference: args.reference },
      house.actor,
    )
    await house.vault.remove(old.id, house.actor)
    return { provider: old.provider, credential: viewOfCredential(credential), check }
  },
})

/** Each credential has a name within its provider, by which it is replaced and removed. */
async function refuseTwin(house: ActHouse, provider: string, name: string): Promise<void> {
  const twin = (await house.vault.list(house.workspace.id)).some(
    (one) => one.provider === provider && one.name === name,
  )
  if (!twin) return
  const fix = `keyway providers replace ${provider} puts another key in its place; --name <text> adds a second one.`
  throw new KeywayError('conflict', `${provider} has a credential "${name}" already.`, { fix })
}

/** The secret, cleaned, from wherever it is. @throws KeywayError when it is not there or no key */
async function secretOf(
  house: ActHouse,
  { secret, reference }: { secret?: string | undefined; reference?: string | undefined },
) {
  if (reference !== undefined) return readReference(parseReference(reference), house.env)
  return secret === undefined ? undefined : cleanSecret(secret)
}

function chooseProvider(
  house: ActHouse,
  args: z.output<typeof addArgs>,
  secret: string | undefined,
): { provider: Provider; own: boolean } {
  const known = args.provider === undefined ? undefined : findProvider(house, args.provider)
  const id = args.provider === undefined || args.provider === 'custom' ? args.name : args.provider
  if (args.base_url !== undefined) {
    if (known !== undefined && args.provider !== 'custom')
      return { provider: { ...known, baseUrl: args.base_url, free: args.free ?? known.free }, own: true }
    if (id === undefined || !OWN_NAME.test(id)) {
      const fix = 'keyway providers add my-server --base-url http://localhost:8000/v1 --allow-private'
      throw new KeywayError(
        'invalid_request',
        'A provider of your own needs a name of lower-case letters, digits and hyphens.',
        { fix },
      )
    }
    return { provider: customProvider({ id, baseUrl: args.base_url, free: args.free ?? false }), own: true }
  }
  if (known !== undefined) return { provider: known, own: false }
  if (args.provider !== undefined) {
    const near = nearestName(
      args.provider,
      house.providers().map((row) => row.id),
    )
    const fix =
      near === undefined
        ? 'Give its address with --base-url, or see the known ones: keyway providers list'
        : `Did you mean: keyway providers add ${near}`
    throw new KeywayError('invalid_request', 'There is no provider of that name.', { fix })
  }
  const recognised = secret === undefined ? undefined : recogniseKey(secret, house.providers())
  if (recognised !== undefined) return { provider: recognised, own: false }
  throw new KeywayError('invalid_request', 'The key does not show whose it is.', {
    fix: 'Name the provider: keyway providers add <provider> --key-stdin',
  })
}

async function ask(
  house: ActHouse,
  of: { provider: Provider; secret: string | undefined; allowPrivate: boolean; unchecked: boolean | undefined },
): Promise<Check> {
  if (of.unchecked) return { outcome: 'unverified', detail: 'not asked', latency_ms: null }
  const check = await checkCredential(house, { ...of, baseUrl: of.provider.baseUrl })
  if (check.outcome !== 'rejected') return check
  throw new KeywayError('provider_credential_rejected', `${check.detail}. Nothing was stored.`, {
    fix: 'Copy the whole key from the provider\u2019s page; --no-check stores it all the same.',
  })
}

async function putProvider(house: ActHouse, { id, baseUrl, free }: Provider, allowPrivate: boolean): Promise<void> {
  const row = { id, workspaceId: house.workspace.id, baseUrl, allowPrivate, free, createdAt: house.clock.now() }
  await house.store.putProvider(row, house.actor)
}
