import type { Done, IssuedKey, Key, Listed } from '@keyway/contract'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { includesRole, requireRole } from '../../accounts/roles.ts'
import { actorOf } from '../../accounts/sessions.ts'
import { KeywayError } from '../../base/errors.ts'
import { changeKey, findOwnKey, type Issued, issueKey, revokeKey, rotateKey } from '../../keys/issue.ts'
import type { KeyRecord, User } from '../../store/records.ts'
import type { Edge } from '../edge.ts'
import { clientOf, FOR_PEOPLE, personOf } from './app-access.ts'
import { keyItem } from './key-item.ts'
import { keyChangeBody, newKeyBody, termsOf } from './key-terms.ts'
import { readBody } from './read-body.ts'
import { scopeOf } from './scope.ts'

/** Keys shown at once; nobody keeps more by hand. */
const KEYS_LISTED = 500

const rotateBody = z.object({ overlap_seconds: z.int().min(0).prefault(0) })

type ByHash = { Params: { hash: string } }
type Scoped = { Querystring: { scope?: string } }

/** The person's keys; for an owner or admin, everyone's. */
export function appKeyRoutes(app: FastifyInstance, edge: Edge): void {
  const { keys } = edge
  const item = async (key: KeyRecord, userName: string): Promise<Key> => {
    const now = edge.clock.now()
    return keyItem(key, await keys.store.spendOf('key', key.hash, now), { userName, now })
  }
  const named = async (key: KeyRecord): Promise<Key> => {
    return item(key, (await edge.store.findUser(key.userId))?.name ?? '')
  }

  /** A key that the person may see: their own, or any for an owner or admin. The web app's own is nobody's to see. */
  async function find(request: FastifyRequest<ByHash>): Promise<{ key: KeyRecord; user: User }> {
    const { user } = personOf(request)
    const key = await findOwnKey(keys, request.params.hash, actorOf(user))
    const visible = key.userId === user.id || includesRole(user.role, 'admin')
    // An app's key has a page of its own, which asks for more before it gives more.
    if (!visible || key.hidden || key.appId !== null || key.revokedAt !== null) {
      throw new KeywayError('not_found', 'There is no key with that hash.')
    }
    return { key, user }
  }

  app.get<Scoped>('/api/app/keys', FOR_PEOPLE, async (request): Promise<Listed<Key>> => {
    const { user } = personOf(request)
    const everyone = scopeOf(request.query.scope, user) === 'workspace'
    const page = { offset: 0, limit: KEYS_LISTED, includeDisabled: true, ...(everyone ? {} : { userId: user.id }) }
    const found = await edge.store.listKeys(user.workspaceId, page)
    const users = everyone ? await edge.store.listUsers(user.workspaceId) : [user]
    const names = new Map(users.map((one) => [one.id, one.name]))
    const own = found.filter((key) => key.appId === null)
    return { data: await Promise.all(own.map((key) => item(key, names.get(key.userId) ?? ''))) }
  })

  app.post('/api/app/keys', FOR_PEOPLE, async (request, reply): Promise<IssuedKey> => {
    const { user } = personOf(request)
    const { name, ...given } = readBody(request, newKeyBody)
    const wanted = {
      workspaceId: user.workspaceId,
      userId: user.id,
      kind: 'inference',
      ...termsOf(given),
      name,
    } as const
    const issued = await issueKey(keys, wanted, actorOf(user, clientOf(request)))
    reply.code(201)
    return shown(issued)
  })

  app.get<ByHash>('/api/app/keys/:hash', FOR_PEOPLE, async (request): Promise<Key> => named((await find(request)).key))

  app.patch<ByHash>('/api/app/keys/:hash', FOR_PEOPLE, async (request): Promise<Key> => {
    const { disabled, ...given } = readBody(request, keyChangeBody)
    const { key, user } = await find(request)
    const changes = { hash: key.hash, ...termsOf(given), ...(disabled === undefined ? {} : { disabled }) }
    return named(await changeKey(keys, changes, actorOf(user, clientOf(request))))
  })

  app.post<ByHash>('/api/app/keys/:hash/rotate', FOR_PEOPLE, async (request, reply): Promise<IssuedKey> => {
    const { overlap_seconds } = readBody(request, rotateBody)
    const { key, user } = await find(request)
    // Its text would let an administrator spend another person's own credentials.
    if (key.userId !== user.id) throw new KeywayError('role_forbidden', 'A key can be rotated by its own user only.')
    if (key.kind === 'management') requireRole(user, 'admin')
    const wanted = { hash: key.hash, overlapMs: overlap_seconds * 1000 }
    const issued = await rotateKey(keys, wanted, actorOf(user, clientOf(request)))
    reply.code(201)
    return shown(issued)
  })

  app.delete<ByHash>('/api/app/keys/:hash', FOR_PEOPLE, async (request): Promise<Done> => {
    const { key, user } = await find(request)
    await revokeKey(keys, key.hash, actorOf(user, clientOf(request)))
    return { done: true }
  })

  async function shown({ key: plaintext, record }: Issued): Promise<IssuedKey> {
    const base = `${edge.publicUrl()}/api/v1`
    const env = [
      { name: 'OPENAI_API_KEY', value: plaintext },
      { name: 'OPENAI_BASE_URL', value: base },
      { name: 'KEYWAY_API_KEY', value: plaintext },
      { name: 'KEYWAY_BASE_URL', value: base },
    ]
    return { plaintext, key: await named(record), env, base_url: base }
  }
}
