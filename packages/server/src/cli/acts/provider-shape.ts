import { z } from 'zod'
import type { CredentialView } from '../../vault/credential.ts'
import { isoTime } from './amount.ts'

/** A credential as `--json` shows it: everything but the secret. */
export const credentialShape = z.object({
  id: z.string(),
  provider: z.string(),
  name: z.string(),
  /** 'pasted', 'connected' or 'environment' */
  origin: z.string(),
  reach: z.string(),
  base_url: z.string(),
  /** First and last characters, or where it is kept. */
  hint: z.string(),
  reference: z.string().nullable(),
  priority: z.number(),
  allow_private: z.boolean(),
  disabled: z.boolean(),
  created_at: z.string(),
  last_used_at: z.string().nullable(),
  last_error: z.string().nullable(),
})

/** @see {@link credentialShape} */
export type CredentialShape = z.output<typeof credentialShape>

/** The credential by its wire names. */
export function viewOfCredential(of: CredentialView): CredentialShape {
  return {
    id: of.id,
    provider: of.provider,
    name: of.name,
    origin: of.origin,
    reach: of.reach,
    base_url: of.baseUrl,
    hint: of.hint,
    reference: of.reference,
    priority: of.priority,
    allow_private: of.allowPrivate,
    disabled: of.disabledAt !== null,
    created_at: isoTime(of.createdAt),
    last_used_at: of.lastUsedAt === null ? null : isoTime(of.lastUsedAt),
    last_error: of.lastError,
  }
}
