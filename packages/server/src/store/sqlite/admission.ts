import { KeywayError } from '../../base/errors.ts'
import type { Nano } from '../../base/money.ts'
import type { CapFacts, ScopeKind } from '../acts/money.ts'
import type { HoldRequest, KeyRecord, Refused, Reset } from '../records.ts'
import { checkHold } from '../reserve-check.ts'
import { resetsAt, type Window, windowOf } from '../windows.ts'

/** Keys, users and workspaces whose facts are kept in memory; beyond it the oldest are read again when next used. */
const FACTS_LIMIT = 50_000
/** Windows kept for one scope: the current one, and neighbours that late calls or a set-back clock may need. */
const TALLIES_A_SCOPE = 4

/** What one scope has spent and holds within one window. */
export type Tally = {
  readonly kind: ScopeKind
  readonly id: string
  readonly reset: Reset | null
  readonly window: Window
  /** Until it is loaded, only what was charged since the loading began. */
  spent: Nano
  held: Nano
  loaded: boolean
  /** Set by whoever loads it, so that it is loaded once. */
  loading: Promise<void> | undefined
}

/** A hold that this process made and has not ended. `seq` is its number in the database. */
export type OpenHold = {
  seq: number
  callId: string
  capId: string
  userId: string
  workspaceId: string
  at: number
  amount: Nano
}

/** Admitted, refused, or first something must be read from the database. */
export type Verdict =
  | { kind: 'admitted'; hold: OpenHold }
  | { kind: 'refused'; refused: Refused }
  | { kind: 'facts' }
  | { kind: 'tallies'; tallies: Tally[] }

type Cap = { kind: ScopeKind; id: string; limit: Nano; reset: Reset | null }

/**
 * Every cap of the process in memory. One process owns the database, so a cap can be checked and held here in a single
 * synchronous act, and no query stands between a call and its admission.
 */
export class Admission {
  /** on: a user's calls need credit. */
  prepaid: 'on' | 'off' = 'off'
  readonly #keys = new Map<string, CapFacts['key']>()
  readonly #workspaces = new Map<string, CapFacts['workspace']>()
  readonly #users = new Map<string, CapFacts['user']>()
  readonly #tallies: Record<ScopeKind, Map<string, Tally[]>> = { key: new Map(), user: new Map(), workspace: new Map() }
  readonly #open = new Map<string, OpenHold>()
  /** The database has no holds when a process opens it, so numbers begin anew. */
  #nextSeq = 1

  /**
   * Checks all caps in the order key, user, workspace, and holds if all of them allow it.
   * @throws KeywayError conflict when the call is held already, invalid_request when its scopes are not the key's
   */
  admit(hold: HoldRequest): Verdict {
    const key = this.#keys.get(hold.keyHash)
    const workspace = this.#workspaces.get(hold.workspaceId)
    const user = this.#users.get(hold.userId)
    if (!key) return { kind: 'facts' }
    checkHold(hold, key)
    if (this.#open.has(hold.callId)) throw new KeywayError('conflict', `callId: ${hold.callId} is held already`)
    if (!workspace || !user) return { kind: 'facts' }

    const caps: Cap[] = []
    if (key.limit !== null) caps.push({ kind: 'key', id: key.capId, limit: key.limit, reset: key.reset })
    if (this.prepaid === 'on') caps.push({ kind: 'user', id: hold.userId, limit: user.granted, reset: null })
    if (workspace.limit !== null) {
      caps.push({ kind: 'workspace', id: hold.workspaceId, limit: workspace.limit, reset: workspace.reset })
    }
    const tallies = caps.map((cap) => this.#tallyOf(cap, hold.at))
    if (tallies.some((tally) => !tally.loaded))
      return { kind: 'tallies', tallies: tallies.filter((tally) => !tally.loaded) }

    const amount = hold.input + hold.output
    for (const [index, cap] of caps.entries()) {
      const tally = tallies[index]
      if (tally && tally.spent + tally.held + amount > cap.limit) return refuse(cap, tally)
    }
    const open: OpenHold = {
      seq: this.#nextSeq++,
      callId: hold.callId,
      capId: key.capId,
      userId: hold.userId,
      workspaceId: hold.workspaceId,
      at: hold.at,
      amount,
    }
    this.#openHold(open)
    return { kind: 'admitted', hold: open }
  }

  /** Moves the hold to what was spent. @returns the hold, or undefined when none is open by that id */
  settle(callId: string, amount: Nano): OpenHold | undefined {
    const hold = this.#open.get(callId)
    if (!hold) return undefined
    this.#open.delete(callId)
    for (const tally of this.#touched(hold)) {
      tally.held -= hold.amount
      tally.spent += amount
    }
    return hold
  }

  /** Ends the hold without a charge. @returns it, or undefined when none is open by that id */
  release(callId: string): OpenHold | undefined {
    return this.settle(callId, 0n)
  }

  find(callId: string): OpenHold | undefined {
    return this.#open.get(callId)
  }

  /** Undoes a settlement that could not be written. What its scopes spent is read again from the database. */
  reopen(hold: OpenHold): void {
    this.#open.set(hold.callId, hold)
    this.#tallies.key.delete(hold.capId)
    this.#tallies.user.delete(hold.userId)
    this.#tallies.workspace.delete(hold.workspaceId)
  }

  /** The sum of open holds, for the invariants. */
  get held(): Nano {
    let sum = 0n
    for (const hold of this.#open.values()) sum += hold.amount
    return sum
  }

  /** Takes in what was read. Must be called in the order in which the database answered. */
  learn(keyHash: string, facts: CapFacts): void {
    remember(this.#keys, keyHash, facts.key)
    remember(this.#users, facts.key.userId, facts.user)
    remember(this.#workspaces, facts.key.workspaceId, facts.workspace)
  }

  /** Adds what the database had spent when the loading began. */
  load(tallies: readonly Tally[], spent: readonly Nano[]): void {
    for (const [index, tally] of tallies.entries()) {
      tally.spent += spent[index] ?? 0n
      tally.loaded = true
    }
  }

  /** Takes out what could not be loaded, so that the next call tries again. */
  forget(tallies: readonly Tally[]): void {
    for (const tally of tallies) {
      const rest = this.#tallies[tally.kind].get(tally.id)?.filter((known) => known !== tally)
      if (rest) this.#tallies[tally.kind].set(tally.id, rest)
    }
  }

  /** A key's cap was changed. */
  keyChanged(key: KeyRecord): void {
    const known = this.#keys.get(key.hash)
    if (known) this.#keys.set(key.hash, { ...known, limit: key.limit, reset: key.reset })
  }

  /** Credit was given. */
  credited(userId: string, amount: Nano): void {
    const known = this.#users.get(userId)
    if (known) this.#users.set(userId, { granted: known.granted + amount })
  }

  #tallyOf(cap: Cap, at: number): Tally {
    const known = this.#tallies[cap.kind].get(cap.id)
    const fitting = known?.find((tally) => tally.reset === cap.reset && contains(tally.window, at))
    if (fitting) return fitting
    const { kind, id, reset } = cap
    const window = windowOf(reset, at)
    const tally: Tally = { kind, id, reset, window, spent: 0n, held: 0n, loaded: false, loading: undefined }
    for (const hold of this.#open.values()) {
      if (scopeId(hold, cap.kind) === cap.id && contains(window, hold.at)) tally.held += hold.amount
    }
    const idle = (known ?? []).filter((other) => !other.loaded || other.held > 0n)
    const rest = known && known.length >= TALLIES_A_SCOPE ? idle : (known ?? [])
    remember(this.#tallies[cap.kind], cap.id, [...rest, tally])
    return tally
  }

  #openHold(hold: OpenHold): void {
    this.#open.set(hold.callId, hold)
    for (const tally of this.#touched(hold)) tally.held += hold.amount
  }

  #touched(hold: OpenHold): Tally[] {
    const touched: Tally[] = []
    for (const kind of SCOPES) {
      for (const tally of this.#tallies[kind].get(scopeId(hold, kind)) ?? []) {
        if (contains(tally.window, hold.at)) touched.push(tally)
      }
    }
    return touched
  }
}

const SCOPES = ['key', 'user', 'workspace'] as const

const contains = (window: Window, at: number) => at >= window.start && at < window.end

function scopeId(hold: OpenHold, kind: ScopeKind): string {
  return kind === 'key' ? hold.capId : kind === 'user' ? hold.userId : hold.workspaceId
}

/** Keeps the newest {@link FACTS_LIMIT}. What falls out is read again when next used. */
function remember<T>(into: Map<string, T>, name: string, value: T): void {
  if (into.size >= FACTS_LIMIT && !into.has(name)) {
    const [oldest] = into.keys()
    if (oldest !== undefined) into.delete(oldest)
  }
  into.set(name, value)
}

function refuse(cap: Cap, tally: Tally): Verdict {
  const available = cap.limit - tally.spent - tally.held
  return {
    kind: 'refused',
    refused: {
      admitted: false,
      scope: cap.kind,
      limit: cap.limit,
      available: available > 0n ? available : 0n,
      resetsAt: resetsAt(tally.window),
    },
  }
}
