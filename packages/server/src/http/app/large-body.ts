import type { FastifyReply, FastifyRequest, RouteShorthandOptions } from 'fastify'
import type { Edge } from '../edge.ts'
import { asKeywayError } from '../failure.ts'
import { FOR_PEOPLE } from './app-access.ts'

/**
 * Options of a route for signed-in people that takes more than a form's worth: its bodies count among those of all calls,
 * which together have a bound.
 * @param bytesMax of one body
 */
export function forLargeBodies(edge: Pick<Edge, 'bodyBudget'>, bytesMax: number): RouteShorthandOptions {
  return withBody(FOR_PEOPLE, edge, bytesMax)
}

/** The same for whoever `options` lets in. */
export function withBody(
  options: RouteShorthandOptions,
  edge: Pick<Edge, 'bodyBudget'>,
  bytesMax: number,
): RouteShorthandOptions {
  return {
    ...options,
    bodyLimit: bytesMax,
    // After the session is found and before the body is read.
    onRequest: (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void) => {
      try {
        edge.bodyBudget.take(request.raw, reply.raw)
        done()
      } catch (error) {
        done(asKeywayError(error))
      }
    },
  }
}
