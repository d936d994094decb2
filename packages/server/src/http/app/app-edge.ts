import type { ConnectSwitch, CredentialCheck, SignUpMode } from '@keyway/contract'
import type { SignedInUser } from '../../accounts/sessions.ts'
import type { SignInDeps } from '../../accounts/sign-in.ts'
import type { Provider } from '../../providers/provider.ts'
import type { Vault } from '../../vault/credentials.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the access hook for routes of the web app, where the browser has a session that holds. */
    signedIn: SignedInUser | undefined
  }
}

/** What the web app's part of the edge needs of the house. */
export type AppEdge = {
  signIn: SignInDeps
  vault: Vault
  /** Asks a provider what it thinks of a key. @throws KeywayError `address_forbidden` */
  checkCredential(of: {
    provider: Provider
    secret: string
    baseUrl: string
    allowPrivate: boolean
  }): Promise<CredentialCheck>
  signUp: SignUpMode
  connect(): ConnectSwitch
  /** Where OpenRouter is: 'https://openrouter.ai'. */
  issuer: string
  house: { models: readonly string[]; dailyMessages: number }
  bind: Bind
}

/** Where the server listens, for the list of addresses that its pages may have. */
export type Bind = {
  /** Only this machine reaches it. */
  loopback: boolean
  /** The operator named the public URL. */
  urlConfigured: boolean
  /** Known once the server listens. */
  port(): number
}
