import { randomToken } from '../challenge.ts'
import { keyHash } from '../key-pages.ts'
import { createSealer, SealError, type Sealer, type SealingKeys } from '../store/sealer.ts'

/** What a server keeps of a flow between its start and its callback, as text; a secret. */
export type FlowKeeper = {
  /** @returns what goes into the browser's cookie */
  keep(flow: { name: string; text: string; expiresAt: number }): Promise<string>
  /** Gives it once: undefined for a cookie that is none, of another flow, or was taken before. */
  take(name: string, cookie: string): Promise<string | undefined>
}

/**
 * Flows in a database that several servers share. `take` gives a row to one of many askers, as `DELETE ... RETURNING` does.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-10.12
 */
export type FlowStore = {
  put(id: string, text: string, expiresAt: number): Promise<void>
  take(id: string): Promise<string | undefined>
}

/** Cookies that were used and have not run out: more than a busy server sees in ten minutes. The oldest go first. */
const USED_MAX = 100_000

/**
 * Keeps the flow in the cookie itself, sealed: nothing to store. A cookie is taken once by this process; where several
 * serve, the issuer's single-use code is what stops a second exchange, or a {@link FlowStore}.
 */
export function sealedFlows(keys: SealingKeys): FlowKeeper {
  const sealer = createSealer(keys, 'flow')
  const used = new Set<string>()
  return {
    keep: ({ name, text }) => sealer.seal(text, { user: '', name }),
    async take(name, cookie) {
      const text = await opened(sealer, cookie, name)
      if (text === undefined || used.has(name)) return undefined
      used.add(name)
      const [oldest] = used
      if (used.size > USED_MAX && oldest !== undefined) used.delete(oldest)
      return text
    },
  }
}

/** Keeps the flow in the store, sealed, under the hash of a random cookie: who reads the store can neither use nor open it. */
export function storedFlows(keys: SealingKeys, store: FlowStore): FlowKeeper {
  const sealer = createSealer(keys, 'flow')
  return {
    async keep({ name, text, expiresAt }) {
      const cookie = randomToken()
      await store.put(keyHash(cookie), await sealer.seal(text, { user: '', name }), expiresAt)
      return cookie
    },
    async take(name, cookie) {
      const sealed = await store.take(keyHash(cookie))
      return sealed === undefined ? undefined : opened(sealer, sealed, name)
    },
  }
}

/** undefined where it is damaged, another flow's, or sealed under a key that is gone: then the person begins again. */
async function opened(sealer: Sealer, sealed: string, name: string): Promise<string | undefined> {
  try {
    return await sealer.open(sealed, { user: '', name })
  } catch (error) {
    if (error instanceof SealError) return undefined
    throw error
  }
}

/** Flows under way at once; the oldest make room. */
const FLOWS_MAX = 10_000

/**
 * A store of this process alone: flows that ran out, and the oldest of too many, are forgotten.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-10.12
 */
export function memoryFlows(now: () => number = Date.now): FlowStore {
  const rows = new Map<string, { text: string; expiresAt: number }>()
  return {
    async put(id, text, expiresAt) {
      // In the order in which they were begun, which is that in which they run out.
      for (const [old, row] of rows) {
        if (row.expiresAt > now() && rows.size < FLOWS_MAX) break
        rows.delete(old)
      }
      rows.set(id, { text, expiresAt })
    },
    async take(id) {
      const row = rows.get(id)
      rows.delete(id)
      return row?.text
    },
  }
}
