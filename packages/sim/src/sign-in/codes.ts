import { createHash, randomBytes } from 'node:crypto'

/** What a code was given out for. */
export type Grant = { redirectUri: string; challenge: string | null; nonce: string | null }

/** The codes of one provider: each is good once, for the redirect and the verifier that it was given out for. */
export type Codes = {
  give(grant: Grant): string
  /** @returns undefined when it is unknown, used, or of another redirect or verifier */
  take(code: string, of: { redirectUri: string | null; verifier: string | null }): Grant | undefined
}

export function createCodes(): Codes {
  const grants = new Map<string, Grant>()
  return {
    give(grant) {
      const code = randomBytes(20).toString('base64url')
      grants.set(code, grant)
      return code
    },
    take(code, { redirectUri, verifier }) {
      const grant = grants.get(code)
      grants.delete(code)
      if (grant === undefined || grant.redirectUri !== redirectUri) return undefined
      if (grant.challenge === null) return grant
      const challenge = createHash('sha256')
        .update(verifier ?? '')
        .digest('base64url')
      return challenge === grant.challenge ? grant : undefined
    },
  }
}
