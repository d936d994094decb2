import type { ConnectSwitch, CredentialCheck } from '@keyway/contract'
import type { MailDeps } from '../../accounts/mail-links.ts'
import type { SignedInUser } from '../../accounts/sessions.ts'
import type { Chat } from '../../chat/chat.ts'
import type { Provider } from '../../providers/provider.ts'
import type { Sso } from '../../sso/sso.ts'
import type { Vault } from '../../vault/credentials.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the access hook for routes of the web app, where the browser has a session that holds. */
    signedIn: SignedInUser | undefined
  }
}

/** What the web app's part of the edge needs of the house. */
export type AppEdge = {
  signIn: MailDeps
  sso: Sso
  /** Whose password alone is not enough, by the operator's word. */
  requireSecondFactor: 'nobody' | 'managers'
  vault: Vault
  /** Asks a provider what it thinks of a key. @throws KeywayError `address_forbidden` */
  checkCredential(of: {
    provider: Provider
    secret: string
    baseUrl: string
    allowPrivate: boolean
  }): Promise<CredentialCheck>
  /** Answers are simulated. */
  demo: boolean
  connect(): ConnectSwitch
  /** Where OpenRouter is: 'https://openrouter.ai'. */
  issuer: string
  house: { models: readonly string[]; dailyMessages: number }
  /** Answers that are being written, and whoever watches them. */
  chat: Chat
  /** The Ollama of the machine that Keyway runs on. */
  ollama: {
    url: string
    isUsed(): boolean
    /** Resolves when the models of one that was just put to use can be called, or it takes too long. */
    known(): Promise<void>
  }
  /** Bounds of what lies beside chats: counts, and bytes of one file to be brought in. */
  shelves: { folders: number; prompts: number; promptVersions: number; importBytes: number }
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
