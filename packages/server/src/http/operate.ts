import type { FastifyInstance } from 'fastify'
import type { Edge } from './edge.ts'
import { openApiDocument } from './openapi.ts'
import { access, type Route } from './route.ts'

/** What an operator's tools ask. `/health` is the process alone: nobody pays for a probe, and none restarts us for a slow disk. */
export function operateRoutes(app: FastifyInstance, edge: Edge, routes: readonly Route[]): void {
  for (const path of ['/health', '/health/liveliness', '/health/liveness']) {
    app.get(path, access('open'), (_request, reply) =>
      reply.header('cache-control', 'no-store').send({ status: 'ok', version: edge.version }),
    )
  }
  for (const path of ['/ready', '/health/readiness']) {
    app.get(path, access('open'), async (_request, reply) => {
      const checks = {
        draining: edge.state() === 'draining' ? 'draining' : 'ok',
        database: await passes(edge.store.ping()),
        ledger: edge.gateway.ledger.doubtful() ? 'failing' : 'ok',
        root_key: await passes(edge.vaultOpens()),
      }
      const ready = Object.values(checks).every((state) => state === 'ok')
      return reply
        .code(ready ? 200 : 503)
        .header('cache-control', 'no-store')
        .send({ status: ready ? 'ready' : 'not ready', checks })
    })
  }
  app.get('/metrics', access('open'), async (_request, reply) =>
    reply.header('content-type', edge.metrics.contentType).send(await edge.metrics.text()),
  )
  app.get('/openapi.json', access('open'), (_request, reply) => reply.send(openApiDocument(routes, edge)))
}

async function passes(check: Promise<void>): Promise<'ok' | 'failing'> {
  return check.then(
    () => 'ok',
    () => 'failing',
  )
}
