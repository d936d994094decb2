import { type Kysely, sql } from 'kysely'
import pg from 'pg'
import { PRESENCE_LOCK } from '../recovery.ts'
import type { Schema } from '../schema.ts'
import type { Change } from '../store.ts'
import { connectionOptions } from './pool.ts'

const CHANNEL = 'keyway_change'
/** Pause between attempts to come back after the connection was lost, milliseconds. */
const RETURN_PAUSE_MS = 1_000

type Notice = { from: number; change: Change }

/**
 * One process on a shared database: a number of its own, and a connection that holds that number's lock for as long as
 * the process lives and hears what others change. When the process dies the lock falls, and its open holds are
 * another's to settle.
 */
export class Presence {
  readonly instance: number
  readonly #url: string
  readonly #onChange: (change: Change) => void
  #client: pg.Client
  #left = false
  #returning: NodeJS.Timeout | undefined

  private constructor(parts: { client: pg.Client; instance: number; url: string; onChange: (change: Change) => void }) {
    this.#client = parts.client
    this.instance = parts.instance
    this.#url = parts.url
    this.#onChange = parts.onChange
    this.#attend(parts.client)
  }

  static async join(url: string, onChange: (change: Change) => void): Promise<Presence> {
    const client = new pg.Client(connectionOptions(url))
    await client.connect()
    const { rows } = await client.query<{ instance: bigint }>("SELECT nextval('instance_number') AS instance")
    const instance = Number(rows[0]?.instance)
    await announcePresence(client, instance)
    return new Presence({ client, instance, url, onChange })
  }

  async leave(): Promise<void> {
    this.#left = true
    clearTimeout(this.#returning)
    await this.#client.end()
  }

  #attend(client: pg.Client): void {
    client.on('notification', ({ payload }) => {
      const notice: Notice = JSON.parse(payload ?? '{}')
      if (notice.from !== this.instance) this.#onChange(notice.change)
    })
    const lost = () => {
      if (!this.#left) this.#returning ??= setTimeout(() => void this.#return(), RETURN_PAUSE_MS)
    }
    client.on('error', lost)
    client.on('end', lost)
  }

  async #return(): Promise<void> {
    this.#returning = undefined
    const client = new pg.Client(connectionOptions(this.#url))
    try {
      await client.connect()
      await announcePresence(client, this.instance)
      if (this.#left) await client.end()
      else {
        this.#client = client
        this.#attend(client)
      }
    } catch {
      // The database is still away: every call says so by itself. Come back later.
      if (!this.#left) this.#returning = setTimeout(() => void this.#return(), RETURN_PAUSE_MS)
    }
  }
}

async function announcePresence(client: pg.Client, instance: number): Promise<void> {
  await client.query('SELECT pg_advisory_lock($1, $2)', [PRESENCE_LOCK, instance])
  await client.query(`LISTEN ${CHANNEL}`)
}

/** Tells other processes of changes, when and only when the transaction that made them commits. */
export async function announceChanges(db: Kysely<Schema>, from: number, changes: readonly Change[]): Promise<void> {
  for (const change of changes) {
    const notice: Notice = { from, change }
    await sql`select pg_notify(${CHANNEL}, ${JSON.stringify(notice)})`.execute(db)
  }
}
