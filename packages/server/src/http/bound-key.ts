import type { FastifyRequest } from 'fastify'
import { KeywayError } from '../base/errors.ts'
import type { Caller } from '../keys/caller.ts'
import { checkProof, type ShownProof } from '../oauth/proof.ts'
import { badProof, PROOF_ALGORITHMS } from '../oauth/proof-form.ts'
import type { Edge } from './edge.ts'

/** The algorithms as a challenge lists them. */
export const PROOF_CHALLENGE = `algs="${PROOF_ALGORITHMS.join(' ')}"`

/**
 * Refuses a bound key without a new proof by the key that it is bound to; and a key that is not bound where the caller
 * counts on it.
 * @throws KeywayError `key_scheme_wrong`, `proof_invalid`, `rate_limited`
 * @see https://www.rfc-editor.org/rfc/rfc9449#section-7
 */
export async function requireProof(request: FastifyRequest, { key }: Caller, edge: Edge): Promise<void> {
  const { head } = request
  if (key.boundTo === null) {
    throw new KeywayError('key_scheme_wrong', `The key ${key.label} is not bound to a key of the app.`, {
      fix: 'Send it as "Authorization: Bearer", or connect anew with a proof at the token endpoint.',
    })
  }
  if (head?.scheme !== 'dpop' || head.token === undefined) {
    throw new KeywayError('key_scheme_wrong', `The key ${key.label} is bound: it works with a proof alone.`)
  }
  const shown = shownProof(request, edge, head.token)
  if (shown === undefined) throw badProof('is missing')
  if (shown.thumbprint !== key.boundTo) throw badProof('is by another key than this one is bound to')
  await edge.oauth.proofs.use(shown, key.userId)
}

/**
 * The proof that a request carries, which is true of it and may have been shown before; undefined where it has none.
 * @param key that it has to be for; null where one is only being fetched
 * @throws KeywayError `proof_invalid`
 */
export function shownProof(request: FastifyRequest, edge: Edge, key: string | null): ShownProof | undefined {
  const proof = request.head?.proof
  if (proof === undefined) return undefined
  const { method = '', url: target = '' } = request.raw
  return checkProof(proof, { method, target, publicUrl: edge.publicUrl(), now: edge.clock.now(), key })
}
