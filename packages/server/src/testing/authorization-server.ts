import { DatabaseSync } from 'node:sqlite'
import type { OauthDeps } from '../oauth/oauth-deps.ts'
import { oauthOf } from '../oauth-of.ts'
import type { Rig } from './rig.ts'

/** The authorization server's own acts, over a rig's store and clock: for what no request begins. */
export const authorizationServer = (rig: Rig): OauthDeps => oauthOf(rig.server.house, () => rig.url)

/** How many open requests the browser with the most has in the database. */
export function mostRequestsOfOneBrowser({ home }: Rig): number {
  const database = new DatabaseSync(`${home}/keyway.db`, { readOnly: true })
  const row = database
    .prepare('SELECT max(n) AS most FROM (SELECT count(*) AS n FROM auth_transaction GROUP BY browser_hash)')
    .get()
  database.close()
  return Number(row?.['most'])
}
