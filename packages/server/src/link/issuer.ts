import { OPENROUTER } from '@keyway/connect'

/** Whose accounts can be connected: data, so that another vendor of the same protocol is another row. */
export type Issuer = {
  /** In our paths: /connect/<id>/callback. It never changes. */
  id: string
  /** For people. */
  name: string
  /** Where `/auth` and `/api/v1` are, without a trailing slash. */
  url: string
  /** Whose models the key calls. */
  provider: string
  /** 'public' unless the operator said where it is. */
  addresses: 'public' | 'private-allowed'
}

/** OpenRouter, or what the operator put in its place. */
export function openrouterIssuer(url: string): Issuer {
  const addresses = url === OPENROUTER ? 'public' : 'private-allowed'
  return { id: 'openrouter', name: 'OpenRouter', url, provider: 'openrouter', addresses }
}

/** The base URL of the issuer's API: what a key of its may be sent to. */
export function apiUrl(issuer: Pick<Issuer, 'url'>): string {
  return `${issuer.url}/api/v1`
}
