import type { Imported } from '@keyway/contract'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { KeywayError } from '../../base/errors.ts'
import { importChats } from '../../chat/import.ts'
import type { Edge } from '../edge.ts'
import { FOR_PEOPLE, personOf } from './app-access.ts'
import { roomForBody } from './room-for-body.ts'
import { whoseOf } from './whose.ts'

/** Conversations from a file: an export of ours, or of ChatGPT's. */
export function importRoutes(app: FastifyInstance, edge: Edge): void {
  const { store, clock } = edge
  const { chat, shelves } = edge.app
  /** Whoever brings something in: one file at a time, since each is in memory. */
  const busy = new Set<string>()

  const alone = (request: FastifyRequest) => {
    const { id } = personOf(request).user
    if (busy.has(id)) {
      throw new KeywayError('conflict', 'A file of yours is being brought in.', { fix: 'Wait until it is done.' })
    }
    busy.add(id)
    return () => busy.delete(id)
  }
  const options = { ...FOR_PEOPLE, bodyLimit: shelves.importBytes, onRequest: roomForBody(edge, alone) }
  app.post('/api/app/import', options, async (request, reply): Promise<Imported> => {
    const { body } = request
    if (!(body instanceof Uint8Array)) throw new KeywayError('invalid_json', 'The file is missing.')
    const leaving = new AbortController()
    reply.raw.once('close', () => leaving.abort())
    return importChats({ store, clock, limits: chat.limits }, whoseOf(request), { bytes: body, signal: leaving.signal })
  })
}
