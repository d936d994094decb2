import type { Clock } from '../../base/clock.ts'
import { generationId, randomBase62, rowId, uuid } from '../../base/ids.ts'
import type { Query } from '../invariants.ts'
import type {
  Actor,
  CredentialRecord,
  GenerationDraft,
  HoldRequest,
  KeyRecord,
  Settlement,
  User,
  Workspace,
} from '../records.ts'
import type { Store } from '../store.ts'

/** One database under test. Each kind of store makes its own. */
export type Subject = {
  /** Opens a store on it. PostgreSQL allows several at once. */
  open(clock: Clock): Promise<Store>
  /** A store on what the disk would hold had every process died this moment. */
  openAfterCrash(clock: Clock): Promise<Store>
  /** A store on a copy that `backup` made. */
  openBackup(path: string, clock: Clock): Promise<Store>
  /** SQL behind the stores' backs. */
  query: Query
  /** An empty folder. */
  folder: string
  remove(): Promise<void>
}

/** 15 January 2026, a Thursday, at noon UTC. */
export const NOON = Date.UTC(2026, 0, 15, 12)

/** A clock that stands until it is moved. */
export type TestClock = Clock & { time: number }

export function testClock(time = NOON): TestClock {
  return {
    time,
    now() {
      return this.time
    },
    monotonic() {
      return this.time
    },
  }
}

/** A store with its tenants and a short way to make rows. */
export type World = {
  subject: Subject
  store: Store
  clock: TestClock
  workspace: Workspace
  owner: User
  actor: Actor
  /** Adds a key to the store; uncapped unless the fields say otherwise. */
  key(fields?: Partial<KeyRecord>): Promise<KeyRecord>
  hold(key: KeyRecord, fields?: Partial<HoldRequest>): HoldRequest
  /** A second workspace with an owner, which no act makes yet. */
  tenant(): Promise<{ workspace: Workspace; owner: User; actor: Actor }>
}

export async function makeWorld(subject: Subject): Promise<World> {
  const clock = testClock()
  const store = await subject.open(clock)
  const { workspace, owner } = await store.bootstrap()
  const actor: Actor = { id: owner.id, workspaceId: workspace.id }
  return {
    subject,
    store,
    clock,
    workspace,
    owner,
    actor,
    async key(fields = {}) {
      const record = makeKey({ workspaceId: workspace.id, userId: owner.id, createdAt: clock.now(), ...fields })
      await store.createKey(record, { id: record.userId, workspaceId: record.workspaceId })
      return record
    },
    hold: (key, fields = {}) => makeHold(key, { at: clock.now(), ...fields }),
    async tenant() {
      const id = uuid()
      const ownerId = rowId('user')
      await subject.query(
        `INSERT INTO workspace (id, name, created_at) VALUES ('${id}', 'Other', ${clock.now() + 1}) RETURNING id`,
      )
      const other: Actor = { id: ownerId, workspaceId: id }
      const user: User = { ...owner, id: ownerId, workspaceId: id, name: 'Other owner' }
      await store.createUser(user, other)
      return { workspace: { id, name: 'Other', createdAt: clock.now() + 1 }, owner: user, actor: other }
    },
  }
}

export function makeKey(fields: Partial<KeyRecord> & { workspaceId: string; userId: string }): KeyRecord {
  return {
    hash: randomBase62(64),
    mac: randomBase62(64),
    pepperVersion: 1,
    kind: 'inference',
    name: 'a key',
    label: 'kwy_k1_abc...xyz',
    environment: 'development',
    limit: null,
    reset: null,
    policy: { models: null, reaches: ['own'], rpm: null, noBrowser: false, losses: 'allow', flatHold: null },
    appId: null,
    hidden: false,
    disabled: false,
    createdAt: NOON,
    updatedAt: null,
    expiresAt: null,
    revokedAt: null,
    rotatedFrom: null,
    boundTo: null,
    ...fields,
  }
}

export const DRAFT: GenerationDraft = {
  model: 'openai/gpt-4o',
  provider: 'openai',
  api: 'chat',
  streamed: true,
  appId: null,
  origin: null,
  referer: 'https://app.example',
  userAgent: 'test',
  requestId: 'req_1',
  sessionId: null,
  externalUser: 'customer-7',
  metadata: { order: '12' },
  tags: { feature: 'search' },
}

export function makeHold(key: KeyRecord, fields: Partial<HoldRequest> = {}): HoldRequest {
  return {
    callId: generationId(NOON),
    keyHash: key.hash,
    userId: key.userId,
    workspaceId: key.workspaceId,
    at: NOON,
    input: 40n,
    output: 60n,
    draft: DRAFT,
    ...fields,
  }
}

/** A settlement of the hold, with every field set. */
export function makeSettlement(hold: HoldRequest, fields: Partial<Settlement> = {}): Settlement {
  const amount = fields.amount ?? hold.input
  return {
    callId: hold.callId,
    keyHash: hold.keyHash,
    userId: hold.userId,
    workspaceId: hold.workspaceId,
    at: hold.at,
    amount,
    lines: [{ item: 'input', quantity: 16, price: '2500000', amount }],
    basis: 'reported',
    checkAmount: amount + 1n,
    priceVersion: '2026-01-01',
    reach: 'own',
    generation: {
      ...hold.draft,
      upstreamId: 'chatcmpl-1',
      finishReason: 'stop',
      nativeFinishReason: 'stop',
      cancelled: false,
      status: 200,
      latencyMs: 512,
      firstEventMs: 120,
      generationMs: 300,
      tokensPrompt: 16,
      tokensCompletion: 5,
      tokensReasoning: 2,
      tokensCached: 1,
      imagesCompletion: 0,
      error: null,
    },
    attempts: [
      {
        endpoint: 'openai',
        provider: 'openai',
        credentialId: 'cred_1',
        reach: 'own',
        status: 500,
        outcome: 'failed',
        error: 'the provider answered 500',
        latencyMs: 80,
      },
      {
        endpoint: 'azure',
        provider: 'azure',
        credentialId: null,
        reach: 'house',
        status: 200,
        outcome: 'served',
        error: null,
        latencyMs: 420,
      },
    ],
    explanation: new Uint8Array([1, 2, 3]),
    ...fields,
  }
}

export function makeCredential(fields: Partial<CredentialRecord> & { workspaceId: string }): CredentialRecord {
  return {
    id: rowId('cred'),
    userId: null,
    provider: 'openai',
    name: 'main',
    origin: 'pasted',
    reach: 'shared',
    baseUrl: 'https://api.openai.com',
    sealed: new Uint8Array([9, 8, 7]),
    reference: null,
    dekId: null,
    hint: 'sk-...abcd',
    priority: 0,
    allowPrivate: false,
    disabledAt: null,
    createdAt: NOON,
    updatedAt: null,
    lastUsedAt: null,
    lastError: null,
    ...fields,
  }
}

/**
 * How many of a full-size proof's rounds run here: `KEYWAY_PROOF_SCALE` is 1 for all of them.
 * @param usual when it is not set; 1/20 when not said
 */
export function proofCount(full: number, usual = Math.round(full / 20)): number {
  const scale = process.env['KEYWAY_PROOF_SCALE']
  return Math.max(1, scale === undefined ? usual : Math.round(full * Number(scale)))
}
