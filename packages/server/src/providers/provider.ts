import type { Dialect, Format } from '../wire/codec.ts'

/** The header that carries a secret, and what stands before it. */
export type ProviderAuth = { header: 'authorization' | 'x-api-key' | 'api-key'; prefix: 'Bearer ' | '' }

/** Where a provider takes one format, and what it wants there beyond what its row says. */
export type Door = {
  /** Under the base URL; one that begins with `../` climbs out of it. */
  path: string
  /** Where it counts the tokens of a request without answering it, under the base URL; undefined where it does not. */
  counts?: string
  /** A limit of 0 is one there: nothing is answered. Elsewhere it may mean that there is none. */
  takesZero?: true
  /** Where it authenticates unlike its chat completions. */
  auth?: ProviderAuth
  /** Sent unless the client sent its own. In lower case. */
  headers?: Readonly<Record<string, string>>
  /** Where it differs from the row's, which is that of chat completions. */
  dialect?: Dialect
}

/** A provider is a row, not a class: what differs between providers is data. */
export type Provider = {
  /** The slug: 'openai', or the operator's own name for a custom one. */
  id: string
  /** The display name, as it stands in a reply's `provider`. */
  name: string
  /** The formats that it speaks natively, and how it wants to be asked in each. */
  formats: Readonly<Partial<Record<Format, Door>>>
  /** Without a trailing slash; a door's path is appended. */
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

/** The address of a path of a provider. @param baseUrl without a trailing slash */
export function urlUnder(baseUrl: string, path: string): string {
  return path.startsWith('../') ? new URL(path, `${baseUrl}/`).href : `${baseUrl}${path}`
}
