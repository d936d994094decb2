import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { KeywayError } from '../base/errors.ts'
import type { Caller } from '../keys/caller.ts'
import { changeKey, findOwnKey, issueKey, revokeKey } from '../keys/issue.ts'
import { parseKeyCreation, parseKeyPatch } from '../keys/key-body.ts'
import { currentKeyView, keyView } from '../keys/key-view.ts'
import type { Actor, KeyRecord } from '../store/records.ts'
import type { Edge } from './edge.ts'
import { parseJson } from './json-body.ts'
import { access } from './route.ts'

/** OpenRouter lists the 100 newest keys at a time. */
const PAGE = 100

const listQuery = z.object({
  offset: z.coerce.number().int().min(0).max(1_000_000).default(0),
  workspace_id: z.string().optional(),
  include_disabled: z.enum(['true', 'false', '1', '0']).default('false'),
})

type ByHash = { Params: { hash: string } }

/** `/key` for any key, `/keys` for management keys. */
export function keyRoutes(app: FastifyInstance, edge: Edge, prefix: string): void {
  const { keys } = edge
  const view = async (key: KeyRecord) => keyView(key, await keys.store.spendOf('key', key.hash, keys.clock.now()))

  for (const path of ['/key', '/auth/key']) {
    app.get(`${prefix}${path}`, access('bearer'), async (request) => {
      const { key } = callerOf(request)
      return { data: currentKeyView(key, await keys.store.spendOf('key', key.hash, keys.clock.now())) }
    })
  }
  app.get(`${prefix}/keys`, access('management'), async (request) => {
    const query = listQuery.parse(request.query)
    const { workspaceId } = callerOf(request).key
    if (query.workspace_id !== undefined && query.workspace_id !== workspaceId) {
      throw new KeywayError('not_found', 'There is no workspace with that id.')
    }
    const page = {
      offset: query.offset,
      limit: PAGE,
      includeDisabled: query.include_disabled === 'true' || query.include_disabled === '1',
    }
    const found = await keys.store.listKeys(workspaceId, page)
    return { data: await Promise.all(found.map(view)) }
  })
  app.post(`${prefix}/keys`, access('management'), async (request, reply) => {
    const { terms, workspaceId, userId } = parseKeyCreation(parseJson(request.body))
    const caller = callerOf(request)
    const wanted = { workspaceId: workspaceId ?? caller.key.workspaceId, userId: userId ?? caller.key.userId }
    const issued = await issueKey(keys, { ...wanted, kind: 'inference', ...terms }, actorOf(caller, request))
    return reply.code(201).send({ data: await view(issued.record), key: issued.key })
  })
  app.get<ByHash>(`${prefix}/keys/:hash`, access('management'), async (request) => {
    return { data: await view(await findOwnKey(keys, request.params.hash, actorOf(callerOf(request), request))) }
  })
  app.patch<ByHash>(`${prefix}/keys/:hash`, access('management'), async (request) => {
    const changes = parseKeyPatch(parseJson(request.body))
    return {
      data: await view(
        await changeKey(keys, { hash: request.params.hash, ...changes }, actorOf(callerOf(request), request)),
      ),
    }
  })
  app.delete<ByHash>(`${prefix}/keys/:hash`, access('management'), async (request) => {
    await revokeKey(keys, request.params.hash, actorOf(callerOf(request), request))
    return { deleted: true }
  })
}

/** The caller that the access hook verified. */
export function callerOf(request: FastifyRequest): Caller {
  if (!request.caller) throw new KeywayError('internal', 'The route ran without a caller.')
  return request.caller
}

/** The caller as audit rows name them. */
export function actorOf(caller: Caller, request: FastifyRequest): Actor {
  return { id: `key:${caller.key.hash}`, workspaceId: caller.key.workspaceId, ip: request.ip }
}
