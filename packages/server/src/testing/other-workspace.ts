import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { issueKey } from '../keys/issue.ts'
import type { Rig } from './rig.ts'

/** The keys of somebody who has nothing to do with the rig's owner. */
export type Stranger = { key: string; managementKey: string; hash: string }

/**
 * Makes a second workspace in the rig's database, with a user and keys. No act of the store makes one yet, so its two
 * rows are written beside the server.
 */
export async function addWorkspace(rig: Rig): Promise<Stranger> {
  const [workspaceId, userId] = ['workspace_other', 'user_other']
  const database = new DatabaseSync(join(rig.home, 'keyway.db'))
  try {
    database.exec('PRAGMA busy_timeout = 5000')
    database
      .prepare('INSERT INTO workspace (id, name, created_at) VALUES (?, ?, ?)')
      .run(workspaceId, 'Other', Date.now())
    database
      .prepare('INSERT INTO user_account (id, workspace_id, name, role, created_at) VALUES (?, ?, ?, ?, ?)')
      .run(userId, workspaceId, 'Stranger', 'owner', Date.now())
  } finally {
    database.close()
  }
  const { store, ring, clock } = rig.server.house
  const actor = { id: userId, workspaceId }
  const issue = (kind: 'inference' | 'management') =>
    issueKey({ store, ring, clock }, { workspaceId, userId, kind, name: 'other' }, actor)
  const inference = await issue('inference')
  const management = await issue('management')
  return { key: inference.key, managementKey: management.key, hash: inference.record.hash }
}
