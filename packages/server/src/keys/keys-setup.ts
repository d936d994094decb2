import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Actor, Spend } from '../store/records.ts'
import { openSqliteStore } from '../store/sqlite/open.ts'
import type { Store } from '../store/store.ts'
import type { Caller } from './caller.ts'
import { issueKey, type KeyDeps, type NewKey } from './issue.ts'
import { modelMatcher } from './models-list.ts'
import { DEFAULT_TERMS } from './terms.ts'
import { hashOf, labelOf, makeToken } from './token.ts'

/** 2027-01-15, where the tests' clocks stand. */
export const NOW = 1_800_000_000_000

export const NO_SPEND: Spend = { total: 0n, day: 0n, week: 0n, month: 0n, held: 0n }

export type KeysSetup = KeyDeps & {
  actor: Actor
  userId: string
  /** Makes another pepper the primary, as a rotation of the root key does. */
  addPepper(): void
  /** Moves the clock. */
  move(ms: number): void
  issue(differing?: Partial<NewKey>): ReturnType<typeof issueKey>
  end(): Promise<void>
}

/** For tests: a database and peppers, with one owner. */
export async function setUpKeys(): Promise<KeysSetup> {
  const folder = await mkdtemp(join(tmpdir(), 'keyway-keys-'))
  let passed = 0
  const clock = { now: () => NOW + passed, monotonic: () => passed }
  const store: Store = await openSqliteStore({ home: folder, clock })
  const { workspace, owner } = await store.bootstrap()
  const actor = { id: owner.id, workspaceId: workspace.id }
  const peppers = new Map<number, KeyObject>()
  const addPepper = () => void peppers.set(peppers.size + 1, createSecretKey(randomBytes(32)))
  addPepper()
  const pepper = {
    get primary() {
      return peppers.size
    },
    get versions() {
      return [...peppers.keys()].reverse()
    },
    key: (version: number) => peppers.get(version),
  }
  const deps: KeyDeps = { store, clock, ring: { pepper } }
  const plain: NewKey = { workspaceId: workspace.id, userId: owner.id, kind: 'inference', name: 'test' }
  return {
    ...deps,
    actor,
    userId: owner.id,
    addPepper,
    move(ms) {
      passed += ms
    },
    issue: (differing = {}) => issueKey(deps, { ...plain, ...differing }, actor),
    async end() {
      await store.close()
      await rm(folder, { recursive: true })
    },
  }
}

/** A caller that no database knows. @param name tells it from others */
export function aCaller(name = 'test'): Caller {
  const { environment, limit, reset, expiresAt, ...policy } = DEFAULT_TERMS
  const token = makeToken('inference')
  const at = { createdAt: NOW, updatedAt: null, expiresAt, revokedAt: null }
  const owner = { workspaceId: 'a3c6f1de-0000-4000-8000-000000000001', userId: 'user_1' }
  const key = {
    ...at,
    ...owner,
    hash: hashOf(token),
    mac: '',
    pepperVersion: 1,
    kind: 'inference' as const,
    name,
    label: labelOf(token),
    environment,
    limit,
    reset,
    policy,
    appId: null,
    hidden: false,
    disabled: false,
    rotatedFrom: null,
    boundTo: null,
  }
  const user = {
    id: owner.userId,
    workspaceId: owner.workspaceId,
    name: 'Ada',
    email: null,
    role: 'owner' as const,
    disabledAt: null,
    createdAt: NOW,
  }
  return { key, user, allowsModel: modelMatcher(policy.models) }
}
