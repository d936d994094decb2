import type { Dialect } from '../wire/codec.ts'

/** The header that carries a secret, and what stands before it. */
export type ProviderAuth = { header: 'authorization' | 'x-api-key' | 'api-key'; prefix: 'Bearer ' | '' }

/** A provider is a row, not a class: what differs between providers is data. */
export type Provider = {
  /** The slug: 'openai', or the operator's own name for a custom one. */
  id: string
  /** The display name, as it stands in a reply's `provider`. */
  name: string
  format: 'openai-chat'
  /** Without a trailing slash; the codec's path is appended. */
  baseUrl: string
  auth: ProviderAuth | undefined
  /** Environment variables that may hold its key, first wins; each also as <NAME>_FILE. */
  env: readonly string[]
  /** How its keys begin, to recognise a pasted one. Longest match wins. */
  keyPrefixes: readonly string[]
  dialect: Dialect
  /** 'reported': the provider bills by the cost it reports, which is then the charge. 'computed': ours is. */
  billing: 'computed' | 'reported'
  /** true: its models cost nothing (a local server). */
  free: boolean
  /** false: it may answer longer than max_tokens; a cap cannot be promised. */
  honoursOutputLimit: boolean
  /**
   * The cheapest real check of a credential: a request that costs nothing and fails with a bad key. `auth` and `headers`
   * only where it is authenticated unlike a call; a path that begins with `../` climbs out of the base URL.
   */
  check: { method: 'GET'; path: string; auth?: ProviderAuth; headers?: Readonly<Record<string, string>> }
  /** Attribution headers (HTTP-Referer, X-Title) are passed on to it. */
  attribution: boolean
  /** Its models come from its own /models (local and custom servers, OpenRouter), not from the bundled table. */
  discovers: boolean
  /** The pages that this row was written from. */
  docs: readonly string[]
  privacyPolicyUrl: string | null
  termsOfServiceUrl: string | null
  statusPageUrl: string | null
}
