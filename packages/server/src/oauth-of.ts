import { steadyNow } from './base/clock.ts'
import type { House } from './house.ts'
import type { Dispatch } from './net/request.ts'
import { createLogos } from './oauth/logo/logo.ts'
import type { OauthDeps } from './oauth/oauth-deps.ts'
import { createSeenProofs } from './oauth/seen-proofs.ts'

/** Sign in with Keyway, of a house. @param publicUrl known once the server listens */
export function oauthOf({ store, clock, ring, config, workspace, net }: House, publicUrl: () => string): OauthDeps {
  const dispatch: Dispatch = (request) => net.dispatch(request)
  return {
    store,
    clock,
    codeNow: steadyNow(clock),
    ring,
    settings: config.oauth,
    proofs: createSeenProofs({ store, clock }),
    dispatch,
    logos: createLogos({ dispatch }),
    publicUrl,
    workspaceId: workspace.id,
  }
}
