import type { Endpoint, Model } from '../providers/model.ts'
import type { Provider } from '../providers/provider.ts'

/** A credential as the router sees it: which one, never what it is. */
export type CredentialChoice = {
  id: string
  provider: string
  reach: 'own' | 'shared' | 'house'
  /** Lower first, within a reach. */
  priority: number
  /** The base URL it is bound to. */
  baseUrl: string
  allowPrivate: boolean
}

/** One try upstream, planned. */
export type Attempt = {
  model: Model
  endpoint: Endpoint
  provider: Provider
  /** undefined: the provider needs none (a local server). */
  credential: CredentialChoice | undefined
}

/** Where a conversation's cache, signatures or encrypted thoughts are. */
export type Stay = {
  endpoint: string
  /** null: the provider needs none. */
  credentialId: string | null
  /** 'first': tried before the others. 'only': nobody else could read what is sent. */
  how: 'first' | 'only'
}

/** Why an endpoint is not in the plan, by the name of the rule that removed it. */
export type Removal = { endpoint: string; rule: string; detail: string }

export type Plan = {
  attempts: Attempt[]
  /** Every endpoint that was looked at and removed. */
  removed: Removal[]
  /** Why the first attempt is first: 'price', 'order', 'only endpoint', ... */
  strategy: string
  /** What of the request's `provider` object was not acted upon, and why. For the explanation. */
  notes: string[]
}
