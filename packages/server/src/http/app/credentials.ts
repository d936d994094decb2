import type { Credential, CredentialCheck, Done, Listed, ProviderInfo, StoredCredential } from '@keyway/contract'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { requireRole } from '../../accounts/roles.ts'
import { actorOf, requireFresh } from '../../accounts/sessions.ts'
import { KeywayError } from '../../base/errors.ts'
import type { Provider } from '../../providers/provider.ts'
import type { User } from '../../store/records.ts'
import { cleanSecret, SECRET_CHARS_MAX } from '../../vault/clean-secret.ts'
import type { CredentialView } from '../../vault/credential.ts'
import { refuseOpenWay } from '../../vault/refuse-open-way.ts'
import type { Edge } from '../edge.ts'
import { clientOf, FOR_PEOPLE, personOf } from './app-access.ts'
import { chooseProvider } from './choose-provider.ts'
import { credentialItem, isManageable, isVisible } from './credential-item.ts'
import { readBody, text } from './read-body.ts'

/** A key that is pasted goes before none and after none: people put them in order later. */
const PRIORITY = 100
/** Credentials of one user. */
const CREDENTIALS_MAX = 200

const secret = text(SECRET_CHARS_MAX)
const pasteBody = z.object({
  secret,
  provider: text(64).optional(),
  base_url: text(2_000).optional(),
  name: text(100).optional(),
  reach: z.enum(['own', 'shared', 'house']).prefault('own'),
  allow_private: z.boolean().prefault(false),
  unchecked: z.boolean().prefault(false),
})
const replaceBody = z.object({ secret, unchecked: z.boolean().prefault(false) })

type ById = { Params: { id: string } }

/** The vault as its owner sees it: masked, checked, replaced, removed; never given back. */
export function credentialRoutes(app: FastifyInstance, edge: Edge): void {
  const { vault, checkCredential } = edge.app

  app.get('/api/app/providers', FOR_PEOPLE, async (): Promise<Listed<ProviderInfo>> => {
    return { data: edge.providers().map(providerInfo) }
  })

  app.get('/api/app/credentials', FOR_PEOPLE, async (request): Promise<Listed<Credential>> => {
    const { user } = personOf(request)
    const visible = (await vault.list(user.workspaceId)).filter((one) => isVisible(one, user))
    return { data: visible.map((one) => credentialItem(one, user, edge.providers())) }
  })

  app.post('/api/app/credentials', FOR_PEOPLE, async (request, reply): Promise<StoredCredential> => {
    const person = personOf(request)
    const { user } = person
    const body = readBody(request, pasteBody)
    const { reach, allow_private: allowPrivate, unchecked } = body
    if (reach !== 'own') {
      requireRole(user, 'admin')
      requireFresh(person, edge.clock)
    }
    if (allowPrivate) requireRole(user, 'owner')
    const secret = cleanSecret(body.secret)
    const asked = { provider: body.provider, baseUrl: body.base_url, secret }
    const { provider, changed } = chooseProvider(asked, user, edge.providers())
    // Where everyone's calls to it go is not changed by whoever finds a browser left open.
    if (changed) requireFresh(person, edge.clock)
    if (changed) refuseOpenWay(provider.baseUrl, { allowPrivate })
    const name = nameFor(await vault.list(user.workspaceId), { user, provider: provider.id, asked: body.name })
    const check = await ask({ provider, secret, allowPrivate, unchecked })
    const actor = actorOf(user, clientOf(request))
    if (changed) {
      const { id, baseUrl, free } = provider
      const row = { id, workspaceId: user.workspaceId, baseUrl, allowPrivate, free, createdAt: edge.clock.now() }
      await edge.store.putProvider(row, actor)
    }
    const stored = await vault.put(
      {
        workspaceId: user.workspaceId,
        userId: reach === 'own' ? user.id : null,
        provider: provider.id,
        name,
        origin: 'pasted',
        reach,
        baseUrl: provider.baseUrl,
        priority: PRIORITY,
        allowPrivate,
        secret,
      },
      actor,
    )
    reply.code(201)
    return { credential: credentialItem(stored, user, [provider, ...edge.providers()]), check }
  })

  app.put<ById>('/api/app/credentials/:id', FOR_PEOPLE, async (request): Promise<StoredCredential> => {
    const person = personOf(request)
    const { user } = person
    const old = await find(request.params.id, user)
    if (old.reach !== 'own') requireFresh(person, edge.clock)
    const { secret: given, unchecked } = readBody(request, replaceBody)
    const secret = cleanSecret(given)
    if (old.origin === 'connected') {
      throw new KeywayError('conflict', 'This key was made by Connect.', { fix: 'Press Connect again to renew it.' })
    }
    const provider = rowOf(old)
    const check = await ask({ provider, secret, allowPrivate: old.allowPrivate, unchecked })
    const stored = await vault.replace(old.id, secret, actorOf(user, clientOf(request)))
    return { credential: credentialItem(stored, user, edge.providers()), check }
  })

  app.post<ById>('/api/app/credentials/:id/test', FOR_PEOPLE, async (request): Promise<CredentialCheck> => {
    const { user } = personOf(request)
    const found = await find(request.params.id, user)
    const provider = rowOf(found)
    const { baseUrl } = provider
    const secret = await vault.open(found.id, { baseUrl })
    const allowPrivate = found.allowPrivate || edge.gateway.allowsPrivate(provider.id)
    const check = await checkCredential({ provider, secret, baseUrl, allowPrivate })
    if (check.outcome !== 'unverified') {
      await edge.store.noteCredential(found.id, { lastError: check.outcome === 'rejected' ? check.detail : null })
    }
    return check
  })

  app.delete<ById>('/api/app/credentials/:id', FOR_PEOPLE, async (request): Promise<Done> => {
    const person = personOf(request)
    const { user } = person
    const { id, reach } = await find(request.params.id, user)
    if (reach !== 'own') requireFresh(person, edge.clock)
    await vault.remove(id, actorOf(user, clientOf(request)))
    return { done: true }
  })

  /** One that the person may change. Others look as if they were not there. */
  async function find(id: string, user: User): Promise<CredentialView> {
    const found = (await vault.list(user.workspaceId)).find((one) => one.id === id && isVisible(one, user))
    if (found === undefined) throw new KeywayError('not_found', 'There is no credential with that id.')
    if (found.origin === 'environment') {
      const fix = `Change ${found.hint} where Keyway is started.`
      throw new KeywayError('conflict', 'This credential comes from the environment.', { fix })
    }
    if (!isManageable(found, user)) {
      throw new KeywayError('role_forbidden', 'A shared credential is changed by an owner or admin.')
    }
    return found
  }

  function rowOf(credential: CredentialView): Provider {
    const row = edge.providers().find((one) => one.id === credential.provider)
    if (row === undefined)
      throw new KeywayError('conflict', 'The provider of this credential is not declared any more.')
    return row
  }

  /** @throws KeywayError `provider_credential_rejected` in the provider's words */
  async function ask(of: {
    provider: Provider
    secret: string
    allowPrivate: boolean
    unchecked: boolean
  }): Promise<CredentialCheck> {
    if (of.unchecked) return { outcome: 'unverified', detail: 'Not asked.', latency_ms: null }
    const { provider, secret } = of
    const allowPrivate = of.allowPrivate || edge.gateway.allowsPrivate(provider.id)
    const check = await checkCredential({ provider, secret, baseUrl: provider.baseUrl, allowPrivate })
    if (check.outcome !== 'rejected') return check
    throw new KeywayError('provider_credential_rejected', `${check.detail}. Nothing was stored.`, {
      fix: 'Copy the whole key from the provider\u2019s page.',
    })
  }
}

/**
 * A name that no other credential of that provider has: the one asked for, else the provider's, counted up.
 * @throws KeywayError `conflict`
 */
function nameFor(
  all: readonly CredentialView[],
  of: { user: User; provider: string; asked: string | undefined },
): string {
  if (all.filter((one) => one.userId === of.user.id).length >= CREDENTIALS_MAX) {
    throw new KeywayError('conflict', `There are ${CREDENTIALS_MAX} credentials already.`)
  }
  const taken = new Set(all.filter((one) => one.provider === of.provider).map((one) => one.name))
  const asked = of.asked?.trim()
  if (asked !== undefined && taken.has(asked)) {
    throw new KeywayError('conflict', `"name" is taken: ${of.provider} has a credential of that name already.`, {
      fix: 'Choose another name, or replace the key that is there.',
    })
  }
  if (asked !== undefined) return asked
  let name = of.provider
  for (let count = 2; taken.has(name); count++) name = `${of.provider}-${count}`
  return name
}

function providerInfo(row: Provider): ProviderInfo {
  return {
    id: row.id,
    name: row.name,
    key_prefixes: [...row.keyPrefixes],
    base_url: row.baseUrl,
    needs_key: row.auth !== undefined && !row.free,
    docs_url: row.docs[0] ?? null,
    privacy_policy_url: row.privacyPolicyUrl,
  }
}
