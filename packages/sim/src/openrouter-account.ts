import { createHash, randomBytes } from 'node:crypto'

/** How long a code may be exchanged, in milliseconds. @see https://openrouter.ai/docs/guides/overview/auth/oauth (read 2026-08-22) */
export const CODE_MS = 10 * 60_000

/** Codes and keys that are remembered; a test or demo makes a handful. The oldest go first. */
const KEPT_MAX = 10_000

/** What a key is to be, as the person saw it when they approved. */
export type KeyTerms = {
  label: string
  /** US dollars. */
  limit: number | null
  reset: 'daily' | 'weekly' | 'monthly' | null
  /** ISO 8601, UTC. */
  expiresAt: string | null
}

/** How an exchange has to prove that it is whoever began. */
export type Challenge = { method: 'S256' | 'plain'; value: string } | undefined

/** A key that was made by an exchange. */
export type IssuedKey = KeyTerms & { key: string; hash: string; usage: number; revoked: boolean }

/** Why an exchange is refused, in OpenRouter's words. */
export type ExchangeRefusal = { status: 400 | 403; message: string }

/** What an exchange brings. */
export type ExchangeRequest = { code: string; verifier: string | undefined; method: string | undefined }

/** The one person of the simulated OpenRouter, with the codes and keys that they gave away. */
export type OpenRouterAccount = {
  readonly userId: string
  readonly email: string
  /** Has the person never paid? Their keys then call free models only. */
  freeTier: boolean
  /** Does `GET /auth/user` exist? */
  tellsUser: boolean
  /** What the consent page does by itself; `ask` waits for a person. */
  consent: 'ask' | 'approve' | 'deny'
  /** Every key that was issued, oldest first. */
  keys(): readonly IssuedKey[]
  /** A code for these terms. */
  grant(terms: KeyTerms, challenge: Challenge): string
  /** Exchanges a code, once. */
  exchange(request: ExchangeRequest): IssuedKey | ExchangeRefusal
  /** The key, if it was issued here and still works. */
  find(key: string | undefined): IssuedKey | undefined
  findByHash(hash: string): IssuedKey | undefined
  /** Ends a key, as on the website. @returns false when there is none by that hash */
  revoke(hash: string): boolean
  /** Becomes another person: keys made from now on are theirs. */
  become(person: { userId: string; email: string }): void
  /** Lets time pass for codes and keys, in milliseconds. */
  advance(ms: number): void
  /** Forgets codes and keys, and is as at the start. */
  reset(): void
}

type Code = { terms: KeyTerms; challenge: Challenge; expiresAt: number; used: boolean }

const PERSON = { userId: 'user_simulated', email: 'sam@example.com' }
const INVALID: ExchangeRefusal = { status: 403, message: 'Invalid code or code_verifier' }

/** Makes an account without codes or keys. */
export function createOpenRouterAccount(): OpenRouterAccount {
  const codes = new Map<string, Code>()
  const issued = new Map<string, IssuedKey>()
  let person = PERSON
  let ahead = 0
  const now = () => Date.now() + ahead

  const works = (key: IssuedKey) => !key.revoked && (key.expiresAt === null || Date.parse(key.expiresAt) > now())

  return {
    get userId() {
      return person.userId
    },
    get email() {
      return person.email
    },
    freeTier: false,
    tellsUser: true,
    consent: 'ask',
    keys: () => [...issued.values()],
    grant(terms, challenge) {
      const code = randomBytes(24).toString('base64url')
      keep(codes, code, { terms, challenge, expiresAt: now() + CODE_MS, used: false })
      return code
    },
    exchange({ code, verifier, method }) {
      const known = codes.get(code)
      if (known === undefined || known.used) return INVALID
      if (known.expiresAt <= now()) return { status: 403, message: 'Authorization code expired' }
      if (method !== undefined && method !== known.challenge?.method) {
        return { status: 400, message: 'Invalid code_challenge_method' }
      }
      if (!proves(known.challenge, verifier)) return INVALID
      known.used = true
      const key = `sk-or-v1-${randomBytes(32).toString('hex')}`
      const made: IssuedKey = { ...known.terms, key, hash: hashOf(key), usage: 0, revoked: false }
      keep(issued, key, made)
      return made
    },
    find(key) {
      const found = key === undefined ? undefined : issued.get(key)
      return found !== undefined && works(found) ? found : undefined
    },
    findByHash: (hash) => [...issued.values()].find((one) => one.hash === hash),
    revoke(hash) {
      const found = [...issued.values()].find((one) => one.hash === hash)
      if (found !== undefined) found.revoked = true
      return found !== undefined
    },
    become(other) {
      person = other
    },
    advance(ms) {
      ahead += ms
    },
    reset() {
      codes.clear()
      issued.clear()
      person = PERSON
      ahead = 0
      this.freeTier = false
      this.tellsUser = true
      this.consent = 'ask'
    },
  }
}

/**
 * A verifier that is sent for a code without a challenge is ignored: the published pages do not say what OpenRouter does
 * then, and this is the answer that a careless client would be fooled by.
 */
function proves(challenge: Challenge, verifier: string | undefined): boolean {
  if (challenge === undefined) return true
  if (verifier === undefined) return false
  if (challenge.method === 'plain') return verifier === challenge.value
  return createHash('sha256').update(verifier).digest('base64url') === challenge.value
}

/** SHA-256 in hex: by it the website names a key. */
function hashOf(key: string): string {
  return createHash('sha256').update(key).digest('hex')
}

function keep<T>(map: Map<string, T>, name: string, value: T): void {
  map.set(name, value)
  const [oldest] = map.keys()
  if (map.size > KEPT_MAX && oldest !== undefined) map.delete(oldest)
}
