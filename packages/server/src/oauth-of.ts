import type { House } from './house.ts'
import type { OauthDeps } from './oauth/oauth-deps.ts'

/** Sign in with Keyway, of a house. @param publicUrl known once the server listens */
export function oauthOf({ store, clock, ring, config, workspace }: House, publicUrl: () => string): OauthDeps {
  return { store, clock, ring, settings: config.oauth, publicUrl, workspaceId: workspace.id }
}
