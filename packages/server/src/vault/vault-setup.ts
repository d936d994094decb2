import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../base/clock.ts'
import { rowId } from '../base/ids.ts'
import type { Actor } from '../store/records.ts'
import { openSqliteStore } from '../store/sqlite/open.ts'
import type { Store } from '../store/store.ts'
import type { EnvironmentCredential, NewCredential } from './credential.ts'
import { createVault, type Vault } from './credentials.ts'
import { openKeyRing } from './key-check.ts'
import type { KeyRing } from './key-ring.ts'
import type { Environment } from './reference.ts'

// For tests only.

/** A folder with a database and a root key file: what a process finds at its start. */
export type VaultHome = {
  folder: string
  rootKeyFile: string
  store: Store
  ring: KeyRing
  actor: Actor
  end(): Promise<void>
}

export async function openVaultHome(): Promise<VaultHome> {
  const folder = await mkdtemp(join(tmpdir(), 'keyway-vault-'))
  const rootKeyFile = join(folder, 'root.key')
  const store = await openSqliteStore({ home: folder, clock: systemClock })
  const { workspace, owner } = await store.bootstrap()
  const ring = await openKeyRing({ store, rootKeyFile })
  const actor = { id: owner.id, workspaceId: workspace.id }
  const end = async () => {
    await store.close()
    await rm(folder, { recursive: true })
  }
  return { folder, rootKeyFile, store, ring, actor, end }
}

type Differing = Partial<Omit<NewCredential, 'secret' | 'reference'>>

/** A vault in a home, with a new user of its own. */
export type VaultSetup = Omit<VaultHome, 'end'> & {
  vault: Vault
  userId: string
  addUser(): Promise<string>
  /** A pasted credential for OpenAI, with what differs. */
  withSecret(secret: string, differing?: Differing): NewCredential
  withReference(reference: string): NewCredential
  /** Another vault over the same files, as after a restart. */
  reopen(): Promise<Vault>
  /** Takes the credentials away and closes the vaults; the home stays. */
  end(): Promise<void>
}

export async function setUpVault(
  home: VaultHome,
  {
    environment,
    env = {},
  }: { environment?: Omit<EnvironmentCredential, 'workspaceId' | 'userId'>[]; env?: Environment } = {},
): Promise<VaultSetup> {
  const { store, ring, actor, rootKeyFile } = home
  const { workspaceId } = actor
  const userId = await addUser()
  const found = (environment ?? []).map((one) => ({ ...one, workspaceId, userId }))
  const vault = createVault({ store, ring, clock: systemClock, env, environment: found })
  const vaults = [vault]

  async function addUser(): Promise<string> {
    const id = rowId('user')
    const person = { id, workspaceId, name: id, email: null, role: 'member' as const, disabledAt: null, createdAt: 0 }
    await store.createUser(person, actor)
    return id
  }

  const plain = {
    workspaceId,
    userId,
    provider: 'openai',
    name: 'main',
    origin: 'pasted' as const,
    reach: 'own' as const,
    baseUrl: 'https://api.openai.com/v1',
    priority: 0,
    allowPrivate: false,
  }
  return {
    ...home,
    vault,
    userId,
    addUser,
    withSecret: (secret, differing = {}) => ({ ...plain, ...differing, secret }),
    withReference: (reference) => ({ ...plain, reference }),
    async reopen() {
      const again = createVault({ store, ring: await openKeyRing({ store, rootKeyFile }), clock: systemClock, env })
      vaults.push(again)
      return again
    },
    async end() {
      for (const one of vaults) one.close()
      for (const { id } of await store.listCredentials(workspaceId)) await store.removeCredential(id, actor, 0)
    },
  }
}
