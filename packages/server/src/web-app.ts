import type { ConnectSwitch } from '@keyway/contract'
import { createChallenges } from './accounts/challenges.ts'
import { relyingPartyOf } from './accounts/passkeys.ts'
import { createPasswordHasher } from './accounts/passwords.ts'
import { createThrottle } from './accounts/throttle.ts'
import { checkCredential } from './cli/acts/check-credential.ts'
import { isLoopback } from './config/bind.ts'
import type { House } from './house.ts'
import type { AppEdge } from './http/app/app-edge.ts'

/** What the web app's part of the edge needs, of a house. @param at known once the server listens */
export function webApp(house: House, at: { publicUrl(): string; port(): number }): AppEdge {
  const { config, clock, ring, store, vault } = house
  return {
    signIn: {
      store,
      clock,
      ring,
      challenges: createChallenges({ store, clock, ring }),
      hasher: createPasswordHasher(),
      throttle: createThrottle(clock),
      relyingParty: () => relyingPartyOf(at.publicUrl()),
    },
    vault,
    checkCredential: (of) => checkCredential({ clock, dispatch: house.net.dispatch }, of),
    signUp: 'invite',
    connect: () => ({ openrouter: config.connect.openrouter === 'on', flow: flowAt(at.publicUrl()) }),
    issuer: new URL(config.connect.openrouter_url).origin,
    house: { models: config.house.models, dailyMessages: config.house.daily_messages },
    bind: {
      loopback: isLoopback(config.host),
      urlConfigured: config.public_url !== undefined,
      port: at.port,
    },
  }
}

/** Providers send browsers back to https and to this machine only; elsewhere the person carries the code over. */
function flowAt(publicUrl: string): ConnectSwitch['flow'] {
  const { protocol, hostname } = new URL(publicUrl)
  return protocol === 'https:' || isLoopback(hostname) ? 'page' : 'headless'
}
