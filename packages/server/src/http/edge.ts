import type { Clock } from '../base/clock.ts'
import type { Gateway } from '../gateway/house.ts'
import type { Metrics } from '../gateway/metrics.ts'
import type { Caller } from '../keys/caller.ts'
import type { KeyDeps } from '../keys/issue.ts'
import type { RateLimiter } from '../keys/limits.ts'
import type { Verifier } from '../keys/verify.ts'
import type { Link } from '../link/link.ts'
import type { OauthDeps } from '../oauth/oauth-deps.ts'
import type { Catalogue } from '../providers/model.ts'
import type { Provider } from '../providers/provider.ts'
import type { User } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import type { Head } from './access.ts'
import type { AppEdge } from './app/app-edge.ts'
import type { BodyBudget } from './body-budget.ts'
import type { WebApp } from './web.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the access hook for every route that asks for a key. */
    caller: Caller | undefined
    /** Set by the access hook. */
    head: Head | undefined
    /** The gateway has the call, and writes its line in the log. */
    relayed: boolean
  }
}

/** What the edge needs of the house. */
export type Edge = {
  clock: Clock
  gateway: Gateway
  store: Store
  verify: Verifier['verify']
  rateLimiter: RateLimiter
  bodyBudget: BodyBudget
  keys: KeyDeps
  /** What the web app needs beside that. */
  app: AppEdge
  /** Connecting accounts that people have elsewhere. */
  link: Link
  /** Sign in with Keyway: keys that people give to other apps. */
  oauth: OauthDeps
  /** Whoever installed Keyway, as they are now. */
  owner(): Promise<User>
  providers(): readonly Provider[]
  /** The models that this caller can call now. */
  callable(caller: Caller): Promise<Catalogue>
  /** 'ready' until SIGTERM, then 'draining'. */
  state(): 'ready' | 'draining'
  /** Does the root key still open the vault? Rejects when it does not. */
  vaultOpens(): Promise<void>
  metrics: Pick<Metrics, 'text' | 'contentType'>
  /** Reports an error that is ours to mend. */
  report(error: unknown, requestId: string): void
  limits: EdgeLimits
  /** The web app; undefined where it is not built. */
  web: WebApp | undefined
  /** The guides that we serve ourselves, by name, in Markdown. */
  documents: Readonly<Record<string, string>>
  /** The address of the troubleshooting page. */
  docsUrl(): string
  /** Without a trailing slash. Known once the server listens. */
  publicUrl(): string
  /** Proxies whose X-Forwarded-For is believed: addresses and ranges. */
  trustedProxies: readonly string[]
  /** PEM texts where HTTPS is served directly. */
  tls: { cert: Buffer; key: Buffer } | undefined
  version: string
}

/** Bounds of connections and requests; bytes and milliseconds. */
export type EdgeLimits = {
  /** To one address, at the same time. */
  connections: number
  bodyBytes: number
  headerBytes: number
  requestHeadMs: number
  requestBodyMs: number
  slowReaderMs: number
  commentMs: number
}
