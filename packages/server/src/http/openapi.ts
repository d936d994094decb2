import type { Edge } from './edge.ts'
import { SCHEMAS } from './openapi-schemas.ts'
import { OPERATIONS } from './operations.ts'
import type { Access, Route } from './route.ts'

/** Where it is not a plain key: apps' keys are the only ones that can be bound. */
const SECURITY: Partial<Record<Access, Record<string, string[]>[]>> = {
  open: [],
  bearer: [{ key: [] }, { bound_key: [] }],
  inference: [{ key: [] }, { bound_key: [] }],
}

/** The OpenAPI 3.1 document of what this server really serves: made from the router's own table. */
export function openApiDocument(routes: readonly Route[], edge: Pick<Edge, 'publicUrl' | 'version'>) {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const route of routes) {
    const operation = OPERATIONS[operationName(route)]
    // The short prefix is an alias of the whole API; listing it twice would double every generated client.
    if (!operation || route.url.startsWith('/v1/') || route.method === 'HEAD') continue
    const path = route.url.replace(/:(\w+)/g, '{$1}').replace('*', '{id}')
    paths[path] ??= {}
    paths[path][route.method.toLowerCase()] = {
      summary: operation.summary,
      security: SECURITY[route.access] ?? [{ key: [] }],
      parameters: [
        ...[...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
          name,
          in: 'path',
          required: true,
          schema: { type: 'string' },
        })),
        ...(operation.query ?? []).map((query) => ({ in: 'query', schema: { type: 'string' }, ...query })),
      ],
      ...(operation.body === undefined ? {} : { requestBody: { required: true, content: json(operation.body) } }),
      responses: {
        [route.method === 'POST' && operation.result === 'IssuedKey' ? '201' : '200']: {
          description: 'Done',
          ...(operation.result === undefined ? {} : { content: json(operation.result) }),
        },
        default: {
          description: 'Refused or failed; the error says why and what to do',
          content: json(operation.error ?? 'Error'),
        },
      },
    }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Keyway', version: edge.version, description: 'One key to every model.', license: { name: 'MIT' } },
    servers: [{ url: edge.publicUrl() }],
    paths,
    components: {
      schemas: SCHEMAS,
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer' },
        bound_key: { type: 'http', scheme: 'dpop', description: 'An app\u2019s key, with a proof in DPoP (RFC 9449).' },
      },
    },
  }
}

/** 'GET /api/v1/keys/:hash' -> 'GET /keys/:hash' */
export function operationName(route: Pick<Route, 'method' | 'url'>): string {
  return `${route.method} ${route.url.replace(/^\/(?:api\/)?v1/, '')}`
}

function json(schema: string) {
  return { 'application/json': { schema: { $ref: `#/components/schemas/${schema}` } } }
}
