import { KeywayError } from '../base/errors.ts'

/** Paths under which the API is served; each is the same resource. */
const API_PATHS = ['/api/v1', '/v1'] as const

/** The addresses by which this Keyway's API is named as a resource. 'https://keyway.example/api/v1' */
export function resourcesOf(publicUrl: string): string[] {
  return [publicUrl, ...API_PATHS.map((path) => `${publicUrl}${path}`)]
}

/**
 * Refuses a token for somebody else's API: a key of ours is good at this Keyway alone.
 * @throws KeywayError `invalid_request`, in OAuth's words `invalid_target`
 * @see https://www.rfc-editor.org/rfc/rfc8707#section-2
 */
export function checkResource(resource: string | undefined, publicUrl: string): void {
  if (resource === undefined || resourcesOf(publicUrl).includes(resource.replace(/\/$/, ''))) return
  throw new KeywayError('invalid_request', `"resource" is invalid: expected ${publicUrl} or ${publicUrl}/api/v1.`, {
    metadata: { field: 'resource', oauth_error: 'invalid_target' },
  })
}
