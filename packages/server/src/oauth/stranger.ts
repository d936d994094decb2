import type { Client } from '../accounts/sessions.ts'
import type { Actor } from '../store/records.ts'

/** Whoever is not signed in, as the audit log names them. */
export function stranger(workspaceId: string, client: Client): Actor {
  return { id: 'anonymous', workspaceId, ...(client.ip === null ? {} : { ip: client.ip }) }
}
