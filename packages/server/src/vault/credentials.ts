import { hash, type KeyObject } from 'node:crypto'
import type { Clock } from '../base/clock.ts'
import { KeywayError } from '../base/errors.ts'
import { rowId } from '../base/ids.ts'
import { RecentMap } from '../base/recent-map.ts'
import type { Actor, CredentialRecord } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import type { AvailableCredential } from './choices.ts'
import { cleanSecret } from './clean-secret.ts'
import {
  type ConnectedCredential,
  type CredentialView,
  checkCredential,
  type EnvironmentCredential,
  type NewCredential,
  originOf,
} from './credential.ts'
import type { CredentialUses } from './credential-uses.ts'
import { createDataKeys } from './data-keys.ts'
import type { KeyRing } from './key-ring.ts'
import { maskSecret } from './mask.ts'
import { type Environment, parseReference, type Reference, readReference } from './reference.ts'
import { type RotationReport, rotateDataKeys, rotateRootKey } from './rotate.ts'
import { openText, parseSealed, SealError, type Sealed, sealText, secretData } from './seal.ts'
import { createUserSecrets, type UserSecrets } from './user-secrets.ts'

/** Records ready to open, kept in memory: sealed, so that what is kept is what the database holds. */
const CREDENTIALS_CACHED = 10_000
/** Workspaces whose list is kept in memory. */
const LISTS_CACHED = 1_000
/** Base URLs whose origin is kept in memory: one for each provider, and the operator's own. */
const ORIGINS_CACHED = 1_000

export type VaultDeps = {
  store: Store
  ring: KeyRing
  clock: Clock
  /** Credentials that live in the environment. Listed and opened with the others, never written to the database. */
  environment?: readonly EnvironmentCredential[]
  /** Where `env:NAME` is read. */
  env: Environment
  /** What is known of last uses beside what the database has. */
  uses?: Pick<CredentialUses, 'last'>
}

export type Vault = {
  /** Seals a secret, or keeps a reference. @throws KeywayError `invalid_request`; `not_found` for a user elsewhere */
  put(credential: NewCredential, actor: Actor): Promise<CredentialView>
  /**
   * Seals a connection's secret under an id that its connection determines, and gives the record to `save`, which stores
   * both in one act.
   * @throws KeywayError `invalid_request`; whatever `save` throws
   */
  putConnected(
    credential: ConnectedCredential,
    save: (record: CredentialRecord) => Promise<void>,
  ): Promise<CredentialView>
  /** Another secret for the same address. @throws KeywayError `not_found`, `invalid_request` */
  replace(id: string, secret: string, actor: Actor): Promise<CredentialView>
  /** Every credential of the workspace for people to see, masked, by priority, then age. */
  list(workspaceId: string): Promise<CredentialView[]>
  /** The ones that are not disabled, in the same order, from memory after the first time: for every call. */
  available(workspaceId: string): Promise<readonly AvailableCredential[]>
  /**
   * The plaintext, for the one header of one attempt. Keep it nowhere.
   * @param to the address that it is about to be sent to
   * @throws KeywayError `credential_unreadable` when it is gone, disabled, damaged, or bound to another origin
   */
  open(id: string, to: { baseUrl: string }): Promise<string>
  /** @throws KeywayError `not_found` */
  remove(id: string, actor: Actor): Promise<void>
  /** A new root key version, and every data key wrapped under it; takes up an interrupted rotation. */
  rotate(rootKeyFile: string, actor: Actor): Promise<RotationReport>
  /** New data keys for every owner, and every secret sealed under them; takes up an interrupted one. */
  rotateDataKeys(actor: Actor): Promise<{ resealed: number }>
  /** What belongs to one person and is no credential. */
  userSecrets: UserSecrets
  /** Ends listening to the store. */
  close(): void
}

type Entry = { baseUrl: string } & (
  | { kind: 'sealed'; sealed: Sealed; dek: KeyObject }
  | { kind: 'reference'; reference: Reference }
)

/** The credentials of all workspaces, sealed. Plaintext leaves it only through `open`, and is kept nowhere. */
export function createVault(deps: VaultDeps): Vault {
  const { store, ring, clock, env } = deps
  const dataKeys = createDataKeys({ store, ring, clock })
  const entries = new RecentMap<string, Entry>(CREDENTIALS_CACHED)
  const lists = new RecentMap<string, readonly AvailableCredential[]>(LISTS_CACHED)
  const origins = new RecentMap<string, string>(ORIGINS_CACHED)
  const inEnvironment = new Map<string, CredentialView>()
  for (const found of deps.environment ?? []) {
    const view = environmentView(found, clock.now())
    inEnvironment.set(view.id, view)
  }
  // Rises with every change, so that what was read before one is not kept after it.
  let changes = 0
  let lastAct: Promise<unknown> = Promise.resolve()

  const stopListening = store.onChange((change) => {
    if (change.kind !== 'credential') return
    changes += 1
    entries.delete(change.id)
    lists.clear()
  })

  /** Runs acts that seal one after the other: uses of a data key are counted, and a rotation sees no half-made key. */
  function serially<T>(act: () => Promise<T>): Promise<T> {
    const result = lastAct.then(act)
    // The caller gets the failure from `result`; the next act begins all the same.
    lastAct = result.then(
      () => undefined,
      () => undefined,
    )
    return result
  }

  async function seal(of: Omit<CredentialRecord, 'sealed' | 'dekId'>, secret: string): Promise<CredentialRecord> {
    const dek = await dataKeys.forSeal(of)
    const data = secretData({ ...of, installId: store.installId, credentialId: of.id, dekId: dek.id })
    return { ...of, sealed: sealText(dek.key, dek.id, data, secret), dekId: dek.id, reference: null }
  }

  async function load(id: string): Promise<Entry> {
    const before = changes
    const listed = inEnvironment.get(id)
    const record = listed === undefined ? await store.findCredential(id) : { ...listed, sealed: null, dekId: null }
    if (record === undefined) throw unreadable(id, 'it is no longer in the vault')
    if (record.disabledAt !== null) throw unreadable(id, 'it is disabled')
    const entry = await entryOf(record)
    if (changes === before) entries.set(id, entry)
    return entry
  }

  async function entryOf(record: CredentialRecord): Promise<Entry> {
    const { id, baseUrl, sealed, dekId, reference } = record
    if (reference !== null) return { kind: 'reference', baseUrl, reference: parseReference(reference) }
    if (sealed === null || dekId === null) throw unreadable(id, 'it holds neither a secret nor a reference')
    const data = secretData({ ...record, installId: store.installId, credentialId: id, dekId })
    return { kind: 'sealed', baseUrl, sealed: parseSealed(sealed, data), dek: await dataKeys.find(dekId) }
  }

  async function owned(id: string, actor: Actor): Promise<CredentialRecord> {
    const listed = inEnvironment.get(id)
    if (listed !== undefined && listed.workspaceId === actor.workspaceId) {
      const fix = `Change ${listed.reference} where Keyway is started.`
      throw new KeywayError('invalid_request', `The credential "${listed.name}" comes from the environment.`, { fix })
    }
    const record = await store.findCredential(id)
    if (record === undefined || record.workspaceId !== actor.workspaceId) {
      throw new KeywayError('not_found', 'There is no credential with that id.')
    }
    return record
  }

  function knownOriginOf(baseUrl: string): string {
    const known = origins.get(baseUrl)
    if (known !== undefined) return known
    const origin = originOf(baseUrl)
    origins.set(baseUrl, origin)
    return origin
  }

  async function list(workspaceId: string): Promise<CredentialView[]> {
    const stored = (await store.listCredentials(workspaceId)).map(viewOf)
    const found = [...inEnvironment.values()].filter((view) => view.workspaceId === workspaceId)
    const all = [...stored, ...found].map((view) =>
      Object.freeze({ ...view, lastUsedAt: deps.uses?.last(view.id, view.lastUsedAt) ?? view.lastUsedAt }),
    )
    return all.sort((a, b) => a.priority - b.priority || a.createdAt - b.createdAt)
  }

  return {
    put: (credential, actor) =>
      serially(async () => {
        if (credential.workspaceId !== actor.workspaceId) {
          throw new KeywayError('not_found', 'There is no workspace with that id.')
        }
        checkCredential(credential)
        if (credential.userId !== null) {
          const user = await store.findUser(credential.userId)
          if (user?.workspaceId !== actor.workspaceId) {
            throw new KeywayError('not_found', 'There is no user with that id in this workspace.')
          }
        }
        const { secret, reference, ...rest } = credential
        const draft = { ...rest, ...blank(clock.now()), id: rowId('cred'), baseUrl: originOf(credential.baseUrl) }
        let record: CredentialRecord
        if (secret !== undefined) {
          const clean = cleanSecret(secret)
          record = await seal({ ...draft, reference: null, hint: maskSecret(clean) }, clean)
        } else {
          parseReference(reference)
          record = { ...draft, sealed: null, dekId: null, reference, hint: reference }
        }
        await store.putCredential(record, actor)
        return viewOf(record)
      }),

    putConnected: (credential, save) =>
      serially(async () => {
        checkCredential(credential)
        const { secret, ...rest } = credential
        const clean = cleanSecret(secret)
        const draft = { ...rest, ...blank(clock.now()), origin: 'connected' as const, reach: 'own' as const }
        const place = { baseUrl: originOf(credential.baseUrl), reference: null, hint: maskSecret(clean) }
        const record = await seal({ ...draft, ...place }, clean)
        await save(record)
        return viewOf(record)
      }),

    replace: (id, secret, actor) =>
      serially(async () => {
        const old = await owned(id, actor)
        const clean = cleanSecret(secret)
        const draft = { ...viewOf(old), hint: maskSecret(clean), updatedAt: clock.now(), lastError: null }
        const record = await seal(draft, clean)
        await store.putCredential(record, actor)
        return viewOf(record)
      }),

    list,

    async available(workspaceId) {
      const known = lists.get(workspaceId)
      if (known !== undefined) return known
      const before = changes
      const enabled = (await list(workspaceId)).filter((view) => view.disabledAt === null)
      const available = Object.freeze(enabled)
      if (changes === before) lists.set(workspaceId, available)
      return available
    },

    async open(id, { baseUrl }) {
      try {
        const entry = entries.get(id) ?? (await load(id))
        if (knownOriginOf(baseUrl) !== entry.baseUrl) {
          throw unreadable(id, `it is bound to ${entry.baseUrl}, another address`)
        }
        return entry.kind === 'sealed' ? openText(entry.dek, entry.sealed) : await readReference(entry.reference, env)
      } catch (error) {
        if (error instanceof SealError) throw unreadable(id, 'what the database holds does not open', error)
        throw error
      }
    },

    async remove(id, actor) {
      await owned(id, actor)
      if (!(await store.removeCredential(id, actor, clock.now()))) {
        throw new KeywayError('not_found', 'There is no credential with that id.')
      }
    },

    rotate: (rootKeyFile, actor) =>
      serially(async () => {
        const report = await rotateRootKey({ store, ring, rootKeyFile })
        dataKeys.forget()
        await store.appendAudit(actor, 'vault.rotate', 'root-key', { ...report }, clock.now())
        return report
      }),

    rotateDataKeys: (actor) =>
      serially(async () => {
        const resealed = await rotateDataKeys({ store, dataKeys, clock })
        entries.clear()
        await store.appendAudit(actor, 'vault.rotate-data-keys', 'data-keys', { resealed }, clock.now())
        return { resealed }
      }),

    userSecrets: createUserSecrets({ installId: store.installId, dataKeys, serially }),

    close: stopListening,
  }
}

/** The record without what is sealed. Named member by member, so that a new column is not shown by accident. */
function viewOf(record: CredentialView): CredentialView {
  const { id, workspaceId, userId, provider, name, origin, reach, baseUrl, reference, hint } = record
  const { priority, allowPrivate, disabledAt, createdAt, updatedAt, lastUsedAt, lastError } = record
  const who = { id, workspaceId, userId, provider, name, origin, reach, baseUrl, reference, hint }
  return Object.freeze({ ...who, priority, allowPrivate, disabledAt, createdAt, updatedAt, lastUsedAt, lastError })
}

function environmentView(found: EnvironmentCredential, now: number): CredentialView {
  parseReference(found.reference)
  checkCredential({ ...found, origin: 'pasted' })
  // The same at every start, and fit for a URL.
  const id = `env_${hash('sha256', `${found.provider} ${found.reference}`).slice(0, 24)}`
  const of = { ...found, ...blank(now), id, origin: 'environment' as const, hint: found.reference }
  return viewOf({ ...of, baseUrl: originOf(found.baseUrl) })
}

function blank(createdAt: number) {
  return { disabledAt: null, createdAt, updatedAt: null, lastUsedAt: null, lastError: null }
}

function unreadable(id: string, problem: string, cause?: unknown): KeywayError {
  return new KeywayError('credential_unreadable', `The credential ${id} cannot be used: ${problem}.`, { cause })
}
