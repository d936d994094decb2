import { PROOF_ALGORITHMS } from './proof-form.ts'
import { resourcesOf } from './resource.ts'

/** What a key may be used for, in OAuth's words: calls to models; and, where the person allowed it, who they are. */
export const SCOPES = ['inference', 'profile'] as const

/**
 * What standard clients read first. Made of the configured address alone: no header of a request is in it.
 * @see https://www.rfc-editor.org/rfc/rfc8414 https://www.rfc-editor.org/rfc/rfc9207
 *   https://www.rfc-editor.org/rfc/rfc9449#section-5.1
 */
export function serverMetadata(publicUrl: string) {
  return {
    issuer: publicUrl,
    authorization_endpoint: `${publicUrl}/oauth/authorize`,
    token_endpoint: `${publicUrl}/oauth/token`,
    revocation_endpoint: `${publicUrl}/oauth/revoke`,
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: ['authorization_code'],
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: ['none'],
    revocation_endpoint_auth_methods_supported: ['none'],
    authorization_response_iss_parameter_supported: true,
    dpop_signing_alg_values_supported: PROOF_ALGORITHMS,
    client_id_metadata_document_supported: true,
    scopes_supported: SCOPES,
    protected_resources: resourcesOf(publicUrl),
    ui_locales_supported: ['en', 'de'],
  }
}

/**
 * The API as a resource that this very server protects; clients of the Model Context Protocol begin here.
 * @see https://www.rfc-editor.org/rfc/rfc9728
 */
export function resourceMetadata(publicUrl: string, path: string) {
  return {
    resource: `${publicUrl}${path}`,
    authorization_servers: [publicUrl],
    scopes_supported: SCOPES,
    bearer_methods_supported: ['header'],
    dpop_signing_alg_values_supported: PROOF_ALGORITHMS,
    dpop_bound_access_tokens_required: false,
    resource_name: 'Keyway',
  }
}
