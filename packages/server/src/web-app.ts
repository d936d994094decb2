import type { ConnectSwitch } from '@keyway/contract'
import { createChallenges } from './accounts/challenges.ts'
import { relyingPartyOf } from './accounts/passkeys.ts'
import { createPasswordHasher } from './accounts/passwords.ts'
import { createThrottle } from './accounts/throttle.ts'
import type { Chat } from './chat/chat.ts'
import { checkCredential } from './cli/acts/check-credential.ts'
import { isLoopback } from './config/bind.ts'
import type { Config } from './config/schema.ts'
import { within } from './gateway/within.ts'
import type { House } from './house.ts'
import type { AppEdge } from './http/app/app-edge.ts'
import { createSso } from './sso/sso.ts'

/** A person waits for the models of a server that they put to use. Milliseconds. */
const LIST_MS = 3_000

/** What the web app's part of the edge needs, of a house. @param at known once the server listens */
export function webApp(house: House, chat: Chat, at: { publicUrl(): string; port(): number }): AppEdge {
  const { config, clock, ring, store, vault, log } = house
  const throttle = createThrottle(clock)
  const door = {
    mode: config.accounts.sign_up,
    usersMax: config.accounts.users_max,
    workspaceId: house.workspace.id,
  }
  return {
    signIn: {
      store,
      clock,
      ring,
      challenges: createChallenges({ store, clock, ring }),
      hasher: createPasswordHasher(),
      throttle,
      secrets: vault.userSecrets,
      door,
      relyingParty: () => relyingPartyOf(at.publicUrl()),
      mailer: house.mailer,
      publicUrl: () => at.publicUrl(),
      ssoDomains: config.sign_in.providers.flatMap((one) => one.allowed_domains),
    },
    requireSecondFactor: config.sign_in.require_second_factor,
    sso: createSso({
      store,
      clock,
      ring,
      door,
      throttle,
      dispatch: house.net.dispatch,
      providers: house.ssoProviders,
      publicUrl: () => at.publicUrl(),
      concern: (message, of) => log.warn(of, message),
    }),
    vault,
    checkCredential: (of) => checkCredential({ clock, dispatch: house.net.dispatch }, of),
    demo: config.demo,
    connect: () => ({ openrouter: config.connect.openrouter === 'on', flow: flowAt(at.publicUrl()) }),
    issuer: new URL(config.connect.openrouter_url).origin,
    house: { models: houseModels(config.house), dailyMessages: config.house.daily_messages },
    chat,
    ollama: {
      url: config.catalogue.ollama_url,
      isUsed: () => house.catalogue.rows().callable.some(({ id }) => id === 'ollama'),
      async known() {
        await house.catalogue.reload()
        await within(house.catalogue.refresh(AbortSignal.timeout(LIST_MS)), LIST_MS)
      },
    },
    shelves: {
      folders: config.limits.chat_folders,
      prompts: config.limits.chat_prompts,
      promptVersions: config.limits.chat_prompt_versions,
      importBytes: config.limits.chat_import_bytes,
    },
    bind: {
      loopback: isLoopback(config.host),
      urlConfigured: config.public_url !== undefined,
      port: at.port,
    },
  }
}

/** The house's models, the one that chat falls back to first; none where nobody may send them a message. */
export function houseModels({ model, models, daily_messages }: Config['house']): readonly string[] {
  if (daily_messages === 0) return []
  return [...new Set(model === undefined ? models : [model, ...models])]
}

/** Providers send browsers back to https and to this machine only; elsewhere the person carries the code over. */
function flowAt(publicUrl: string): ConnectSwitch['flow'] {
  const { protocol, hostname } = new URL(publicUrl)
  return protocol === 'https:' || isLoopback(hostname) ? 'page' : 'headless'
}
