import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../packages/server/src/base/clock.ts'
import { generationId, randomBase62 } from '../packages/server/src/base/ids.ts'
import type { KeyRecord } from '../packages/server/src/store/records.ts'
import { openSqliteStore } from '../packages/server/src/store/sqlite/open.ts'
import type { Store } from '../packages/server/src/store/store.ts'
import { DRAFT, makeHold, makeKey, makeSettlement } from '../packages/server/src/store/suite/subject.ts'

// What hold and settle cost, over both threads: CPU by the operating system's accounting of the process.

/** Calls before the clock starts: the compiler has then seen the hot path. */
const WARM_UP = 20_000
/** Calls measured at each concurrency; fewer where each waits for its own sync of the disk. */
const CALLS = { 1: 3_000, 32: 60_000, 256: 60_000 } as const
const KEYS = 8
/** Parts that are measured apart: on a machine that others use, the best one says most about the program. */
const SLICES = 20

async function oneCall(store: Store, key: KeyRecord): Promise<void> {
  const at = Date.now()
  const hold = makeHold(key, { callId: generationId(at), at, draft: DRAFT })
  const answer = await store.reserve(hold)
  if (!answer.admitted) throw new Error(`refused by the cap of the ${answer.scope}`)
  await answer.durable
  const { attempts, ...settlement } = makeSettlement(hold, { explanation: null })
  // As in the gateway, nobody waits for a settlement before the next call.
  settling.push(store.settle({ ...settlement, attempts: attempts.slice(1) }))
}

let settling: Promise<void>[] = []

async function drive(store: Store, keys: readonly KeyRecord[], options: { calls: number; concurrency: number }) {
  let next = 0
  settling = []
  const lane = async () => {
    for (let index = next++; index < options.calls; index = next++) {
      const key = keys[index % keys.length]
      if (key) await oneCall(store, key)
    }
  }
  await Promise.all(Array.from({ length: options.concurrency }, lane))
  await Promise.all(settling)
}

const home = mkdtempSync(join(tmpdir(), 'keyway-bench-'))
const store = await openSqliteStore({ home, clock: systemClock })
try {
  const { workspace, owner } = await store.bootstrap()
  const actor = { id: owner.id, workspaceId: workspace.id }
  const keys: KeyRecord[] = []
  for (let index = 0; index < KEYS; index++) {
    const names = { hash: randomBase62(64), mac: randomBase62(64) }
    const cap = { limit: 1_000_000_000_000n, reset: 'monthly' } as const
    const key = makeKey({ workspaceId: workspace.id, userId: owner.id, ...names, ...cap })
    await store.createKey(key, actor)
    keys.push(key)
  }
  await drive(store, keys, { calls: WARM_UP, concurrency: 32 })
  console.log(`${cpus()[0]?.model}, ${cpus().length} cores, Node ${process.version}`)
  console.log('concurrency  calls/s  CPU us per call, user + system of all threads: median slice, best slice')
  for (const [concurrency, calls] of Object.entries(CALLS)) {
    const started = performance.now()
    const slices: number[] = []
    for (let slice = 0; slice < SLICES; slice++) {
      const before = process.cpuUsage()
      await drive(store, keys, { calls: calls / SLICES, concurrency: Number(concurrency) })
      const { user, system } = process.cpuUsage(before)
      slices.push((user + system) / (calls / SLICES))
    }
    slices.sort((a, b) => a - b)
    const rate = calls / ((performance.now() - started) / 1_000)
    const [best = 0, median = 0] = [slices[0], slices[SLICES / 2]]
    console.log(
      `${concurrency.padStart(11)}  ${rate.toFixed(0).padStart(7)}  ${median.toFixed(1).padStart(6)}  ${best.toFixed(1)}`,
    )
  }
} finally {
  await store.close()
  rmSync(home, { recursive: true })
}
