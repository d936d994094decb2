import type { Clock } from '../base/clock.ts'
import type { CredentialRecord, DekRecord } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import { type DataKeys, type Owner, unwrapDek, wrapDek } from './data-keys.ts'
import { auditKeys, carriedKeys, checkRootKeys, neededVersions, recordPrimary, retireVersions } from './key-check.ts'
import type { KeyRing } from './key-ring.ts'
import { addRootKeyVersion, loadRootKeys } from './root-key-file.ts'
import { openText, parseSealed, sealText, secretData } from './seal.ts'

// Every step leaves a database in which each row opens with exactly one key that is listed, so a process that dies
// anywhere is followed by one that takes up where it ended. The order is what makes it so: a version is durable in the
// file, then recorded as needed, then used; and it is struck from the record only when nothing is wrapped under it.

/** Tries for one row against others who change it at the same time. */
const TRIES_MAX = 10
/** When the present rotation of data keys began; empty when there is none. */
const STARTED = 'vault.dek-rotation'

/** What a rotation of the root key did. */
export type RotationReport = {
  /** The version that everything is wrapped under now. */
  primary: number
  /** Data keys that were wrapped anew. */
  rewrapped: number
  /** Versions that the file need no longer hold, once no older backup of the database is wanted. */
  removable: number[]
}

/**
 * Gives the root key file a new version and wraps every data key under it, or finishes a rotation that was begun: by an
 * operator who added the version to a read-only file, or by a process that died.
 * @throws RootKeyError from the file, or `wrong` where it is another database's, before anything is changed
 */
export async function rotateRootKey(of: { store: Store; ring: KeyRing; rootKeyFile: string }): Promise<RotationReport> {
  const { store, ring, rootKeyFile } = of
  let root = await loadRootKeys(rootKeyFile)
  await checkRootKeys(of, root)
  if (!(await isUnfinished(store, root.primary))) root = await addRootKeyVersion(rootKeyFile)
  ring.adopt(root, await carriedKeys(store, ring))
  await store.useAuditKeys(auditKeys(store, ring), 'lost')
  await recordPrimary(store, ring)
  const rewrapped = await rewrapAll(store, ring)
  return { primary: ring.kek.primary, rewrapped, removable: await retireVersions(store, ring) }
}

/** Whether the primary still has work to do: something is wrapped under another version, or another is still recorded. */
async function isUnfinished(store: Store, primary: number): Promise<boolean> {
  const others = (await neededVersions(store)).some((version) => version !== primary)
  return others || (await store.listDeks()).some((dek) => dek.kekVersion !== primary)
}

/** Wraps every data key under the primary version. Safe beside others who do the same. @returns how many were changed */
export async function rewrapAll(store: Store, ring: KeyRing): Promise<number> {
  let rewrapped = 0
  for (const listed of await store.listDeks()) {
    let dek: DekRecord | undefined = listed
    for (let tries = 0; dek !== undefined && dek.kekVersion !== ring.kek.primary; tries++) {
      if (tries === TRIES_MAX) throw new Error(`the data key ${dek.id} keeps changing`)
      const kekVersion = ring.kek.primary
      const key = unwrapDek(dek, ring, store.installId)
      const wrapped = wrapDek({ ...dek, kekVersion }, key, ring, store.installId)
      if (await store.rewrapDek(dek.id, dek.wrapped, { wrapped, kekVersion })) {
        rewrapped += 1
        break
      }
      dek = await store.findDek(dek.id)
    }
  }
  return rewrapped
}

/**
 * Gives every owner a new data key and seals every secret under it. Old data keys stay, wrapped, for backups.
 * @returns how many secrets were sealed anew
 */
export async function rotateDataKeys(of: { store: Store; dataKeys: DataKeys; clock: Clock }): Promise<number> {
  const { store, dataKeys, clock } = of
  const before = await store.listDeks()
  const noted = await store.getSetting(STARTED)
  // Not before the newest key there is, whatever the clock says: only keys made after it are of this rotation.
  const startedAt = noted ? Number(noted) : Math.max(clock.now(), ...before.map((dek) => dek.createdAt))
  await store.putSetting(STARTED, String(startedAt))
  for (const owner of ownersOf(before)) {
    const current = await store.currentDek(owner.workspaceId, owner.userId)
    if (current === undefined || current.createdAt <= startedAt) await dataKeys.renew(owner, startedAt)
  }
  let resealed = 0
  for (const workspaceId of new Set(before.map((dek) => dek.workspaceId))) {
    for (const { id } of await store.listCredentials(workspaceId)) resealed += await resealOne(id, of)
  }
  await store.putSetting(STARTED, '')
  return resealed
}

/** @returns 1 if the credential was sealed anew, 0 if there was nothing to do */
async function resealOne(id: string, { store, dataKeys }: { store: Store; dataKeys: DataKeys }): Promise<0 | 1> {
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const record = await store.findCredential(id)
    if (record === undefined || record.sealed === null || record.dekId === null) return 0
    const current = await store.currentDek(record.workspaceId, record.userId)
    if (current?.id === record.dekId) return 0
    const secret = openText(
      await dataKeys.find(record.dekId),
      parseSealed(record.sealed, dataOf(record, record.dekId, store)),
    )
    const dek = await dataKeys.forSeal(record)
    const sealed = sealText(dek.key, dek.id, dataOf(record, dek.id, store), secret)
    if (await store.reseal(id, record.sealed, { sealed, dekId: dek.id })) return 1
  }
  throw new Error(`the credential ${id} keeps changing`)
}

function dataOf(record: CredentialRecord, dekId: string, store: Store): Buffer {
  return secretData({ ...record, installId: store.installId, credentialId: record.id, dekId })
}

function ownersOf(deks: readonly DekRecord[]): Owner[] {
  const owners = new Map<string, Owner>()
  for (const { workspaceId, userId } of deks) owners.set(JSON.stringify([workspaceId, userId]), { workspaceId, userId })
  return [...owners.values()]
}
