import type { FastifyReply, FastifyRequest } from 'fastify'
import { KeywayError } from '../../base/errors.ts'
import type { Edge } from '../edge.ts'
import { asKeywayError } from '../failure.ts'

type Hook = (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void) => void

/**
 * Takes room for a large body: after the person is known and before it is read.
 * @param alone refuses a second one of the same person meanwhile, by throwing; it is given back when the response closes
 */
export function roomForBody(edge: Edge, alone?: (request: FastifyRequest) => () => void): Hook {
  return (request, reply, done) => {
    try {
      // Whoever left while their session was looked up gives nothing back: their close has been.
      if (reply.raw.destroyed) throw new KeywayError('internal', 'The client left.')
      const release = alone?.(request)
      if (release) reply.raw.once('close', release)
      edge.bodyBudget.take(request.raw, reply.raw)
      done()
    } catch (error) {
      done(asKeywayError(error))
    }
  }
}
