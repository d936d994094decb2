import { createHmac } from 'node:crypto'
import { z } from 'zod'
import type { AuditKeys } from '../store/audit-seal.ts'
import type { Store } from '../store/store.ts'
import { additionalData } from './additional-data.ts'
import { CARRIED_PURPOSES, type CarriedKey, createKeyRing, type KeyRing, primaryKey } from './key-ring.ts'
import type { RootKeys } from './root-key.ts'
import { RootKeyError } from './root-key-error.ts'
import { createRootKeyFile, loadRootKeys } from './root-key-file.ts'
import { openText, parseSealed, SealError, sealText, unwrapKey, wrapKey } from './seal.ts'

/** The setting that says which root versions this database needs. One value, so that each change of it is atomic. */
const SETTING = 'vault.keys'
const CANARY = 'keyway canary: this text is opened at every start'
/** Says that the audit log has a seal: where it is gone, somebody took it. A database from before says it from its next start. */
const SEALED_CANARY = `${CANARY}, and the audit log is sealed`

const KeysDocument = z.strictObject({
  versions: z.record(z.string().regex(/^\d+$/), z.strictObject({ check: z.string(), canary: z.string() })),
  carried: z.array(
    z.strictObject({
      purpose: z.enum(CARRIED_PURPOSES),
      version: z.int(),
      kekVersion: z.int(),
      sealed: z.string(),
    }),
  ),
})
type KeysDocument = z.infer<typeof KeysDocument>

/** Where the ring's keys come from and are checked against. */
export type KeyRingSource = { store: Store; rootKeyFile: string }

/** A database that is only looked at. */
export type UnopenedDatabase = {
  installId: string
  holdsDataKeys: boolean
  getSetting(name: string): string | undefined
}

/**
 * Checks the root key file before the database is opened, since opening changes it.
 * @throws RootKeyError `wrong`, naming the expected key id; others as the file's
 */
export async function checkRootKeyFile(of: { database: UnopenedDatabase; rootKeyFile: string }): Promise<void> {
  const { database, rootKeyFile } = of
  const document = parseDocument(database.getSetting(SETTING))
  if (document === undefined && !database.holdsDataKeys) return
  const ring = createKeyRing(await loadRootKeys(rootKeyFile))
  if (document === undefined) throw wrongKey(rootKeyFile, UNRECORDED)
  refuseWrongKeys(document, ring, { installId: database.installId, rootKeyFile })
}

const UNRECORDED = 'the database holds sealed data keys but no record of their root key'

/**
 * Gives the key ring at start. A database that has never been sealed gets a new root key file where there is none; any
 * other database demands the root keys that it was sealed under.
 * @throws RootKeyError `wrong`, naming the expected key id, before anything is changed; others as the file's
 */
export async function openKeyRing(source: KeyRingSource): Promise<KeyRing> {
  const { store, rootKeyFile } = source
  const document = await readDocument(store)
  const fresh = document === undefined && (await store.listDeks()).length === 0
  const root = fresh ? await loadOrCreate(rootKeyFile) : await loadRootKeys(rootKeyFile)
  const ring = createKeyRing(root)
  let sealed = false
  if (document === undefined) {
    if (!fresh) throw wrongKey(rootKeyFile, UNRECORDED)
  } else {
    const canaries = refuseWrongKeys(document, ring, { installId: store.installId, rootKeyFile })
    sealed = canaries.includes(SEALED_CANARY)
    ring.adopt(root, openCarried(document, ring, store.installId))
  }
  await store.useAuditKeys(auditKeys(store, ring), sealed ? 'lost' : 'never-sealed')
  if (!sealed || document?.versions[ring.kek.primary] === undefined) await recordPrimary(store, ring)
  return ring
}

/** The ring's keys for the audit log's seal. */
export function auditKeys({ installId }: Store, { audit }: KeyRing): AuditKeys {
  const keys = audit.versions.flatMap((version) => {
    const key = audit.key(version)
    return key === undefined ? [] : [[version, key] as const]
  })
  return { installId, primary: audit.primary, keys: new Map(keys) }
}

/**
 * Notes the primary version as one that the database needs. Must be durable before anything is wrapped under it.
 */
export async function recordPrimary(store: Store, ring: KeyRing): Promise<void> {
  const document = (await readDocument(store)) ?? { versions: {}, carried: [] }
  document.versions[ring.kek.primary] = sealCheck(ring, ring.kek.primary, store.installId)
  await store.putSetting(SETTING, JSON.stringify(document))
}

/**
 * Ends the need for every version but the primary: seals the sub-keys that must outlive them under the primary, and
 * strikes the versions from the record. Only after nothing is wrapped under them any more.
 * @returns the versions that the root key file need no longer hold
 */
export async function retireVersions(store: Store, ring: KeyRing): Promise<number[]> {
  const kek = primaryKey(ring.kek)
  const kekVersion = ring.kek.primary
  const carried: KeysDocument['carried'] = []
  for (const purpose of CARRIED_PURPOSES) {
    for (const version of ring[purpose].versions) {
      const key = ring[purpose].key(version)
      if (version === kekVersion || key === undefined) continue
      const data = carriedData(store.installId, purpose, version)
      const sealed = wrapKey(kek, `v${kekVersion}`, data, key).toString('base64')
      carried.push({ purpose, version, kekVersion, sealed })
    }
  }
  const versions = { [kekVersion]: sealCheck(ring, kekVersion, store.installId) }
  await store.putSetting(SETTING, JSON.stringify({ versions, carried } satisfies KeysDocument))
  return ring.kek.versions.filter((version) => version !== kekVersion)
}

/** The versions that the database needs now, from old to new. */
export async function neededVersions(store: Store): Promise<number[]> {
  const document = await readDocument(store)
  return Object.keys(document?.versions ?? {})
    .map(Number)
    .sort((a, b) => a - b)
}

/** Whether these root keys are the ones that the database needs. @throws RootKeyError `wrong` if not */
export async function checkRootKeys(source: KeyRingSource, root: RootKeys): Promise<void> {
  const document = await readDocument(source.store)
  if (document === undefined) return
  refuseWrongKeys(document, createKeyRing(root), { installId: source.store.installId, rootKeyFile: source.rootKeyFile })
}

/** Opens the carried sub-keys with the ring's own key-encryption keys. @throws RootKeyError `wrong` */
export async function carriedKeys(store: Store, ring: KeyRing): Promise<CarriedKey[]> {
  const document = await readDocument(store)
  return document === undefined ? [] : openCarried(document, ring, store.installId)
}

async function loadOrCreate(path: string): Promise<RootKeys> {
  try {
    return await loadRootKeys(path)
  } catch (error) {
    if (!(error instanceof RootKeyError) || error.fault !== 'missing' || !isAbsent(error.cause)) throw error
  }
  await createRootKeyFile(path)
  return loadRootKeys(path)
}

function isAbsent(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'ENOENT'
}

async function readDocument(store: Store): Promise<KeysDocument | undefined> {
  return parseDocument(await store.getSetting(SETTING))
}

function parseDocument(text: string | undefined): KeysDocument | undefined {
  return text === undefined ? undefined : KeysDocument.parse(JSON.parse(text))
}

/** @returns what the canaries say */
function refuseWrongKeys(
  document: KeysDocument,
  ring: KeyRing,
  source: { installId: string; rootKeyFile: string },
): string[] {
  const canaries: string[] = []
  for (const [name, { check, canary }] of Object.entries(document.versions)) {
    const version = Number(name)
    const found = checkValue(ring, version)
    if (found !== check) {
      const held = found === undefined ? `no version ${version}` : `${keyId(version, found)}`
      throw wrongKey(source.rootKeyFile, `the database needs root key ${keyId(version, check)}, the file has ${held}`)
    }
    try {
      const kek = ring.kek.key(version)
      if (kek === undefined) throw new SealError('no such key')
      canaries.push(openText(kek, parseSealed(Buffer.from(canary, 'base64'), canaryData(source.installId, version))))
    } catch (error) {
      if (!(error instanceof SealError)) throw error
      const problem = `root key ${keyId(version, check)} does not open the database's canary`
      throw wrongKey(source.rootKeyFile, problem, error)
    }
  }
  return canaries
}

function openCarried(document: KeysDocument, ring: KeyRing, installId: string): CarriedKey[] {
  return document.carried.map(({ purpose, version, kekVersion, sealed }) => {
    const kek = ring.kek.key(kekVersion)
    if (kek === undefined) throw wrongKey('', `the carried ${purpose} key needs root key version ${kekVersion}`)
    const data = carriedData(installId, purpose, version)
    return { purpose, version, key: unwrapKey(kek, parseSealed(Buffer.from(sealed, 'base64'), data)) }
  })
}

function sealCheck(ring: KeyRing, version: number, installId: string): { check: string; canary: string } {
  const kek = ring.kek.key(version)
  const check = checkValue(ring, version)
  if (kek === undefined || check === undefined) throw new Error(`the key ring holds no version ${version}`)
  return {
    check,
    canary: sealText(kek, `v${version}`, canaryData(installId, version), SEALED_CANARY).toString('base64'),
  }
}

/** Eight bytes that tell root keys apart and say nothing of them. */
function checkValue(ring: KeyRing, version: number): string | undefined {
  const kek = ring.kek.key(version)
  return kek && createHmac('sha256', kek).update(`kcv/v${version}`).digest('hex').slice(0, 16)
}

function keyId(version: number, check: string): string {
  return `v${version}-${check}`
}

function canaryData(installId: string, version: number): Buffer {
  return additionalData(['keyway/canary/v1', installId, version])
}

function carriedData(installId: string, purpose: string, version: number): Buffer {
  return additionalData(['keyway/carried/v1', installId, purpose, version])
}

function wrongKey(path: string, problem: string, cause?: unknown): RootKeyError {
  const fix = 'Put back the root key file that belongs to this database. Nothing has been changed.'
  return new RootKeyError(
    'wrong',
    `${path === '' ? 'Wrong root key' : `Wrong root key in ${path}`}: ${problem}.`,
    fix,
    cause,
  )
}
