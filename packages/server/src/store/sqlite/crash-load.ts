import { writeSync } from 'node:fs'
import { systemClock } from '../../base/clock.ts'
import { generationId } from '../../base/ids.ts'
import { makeHold, makeKey, makeSettlement } from '../suite/subject.ts'
import { openSqliteStore } from './open.ts'

// The program that the crash driver kills: it makes calls for ever and says on standard output what it was told is
// done. H, S and R are acknowledged holds, settlements and releases; r is a release about to be asked for.

/** Calls at once: enough that batches hold several. */
const LANES = 24

/** Written before anything else happens: a line still in a buffer would die with the process. */
function say(line: string): void {
  const bytes = Buffer.from(`${line}\n`)
  for (let written = 0; written < bytes.length; ) {
    try {
      written += writeSync(1, bytes, written)
    } catch (error) {
      // The pipe is full; the driver empties it.
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw error
    }
  }
}

const home = process.argv[2]
if (home === undefined) throw new Error('usage: crash-load.ts HOME')
const store = await openSqliteStore({ home, clock: systemClock, checkpointGraceMs: 5 })
const { workspace, owner } = await store.bootstrap()
const actor = { id: owner.id, workspaceId: workspace.id }
const key = makeKey({ workspaceId: workspace.id, userId: owner.id, limit: 10n ** 15n, reset: 'daily' })
await store.createKey(key, actor)

async function lane(number: number): Promise<void> {
  for (let turn = number; ; turn++) {
    const at = Date.now()
    const hold = makeHold(key, { callId: generationId(at), at, input: BigInt(turn % 50), output: BigInt(turn % 70) })
    const answer = await store.reserve(hold)
    if (!answer.admitted) throw new Error(`refused by the cap of the ${answer.scope}`)
    await answer.durable
    say(`H ${hold.callId} ${hold.input} ${hold.output}`)
    if (turn % 3 === 0) store.checkpoint(hold.callId, hold.output / 2n)
    if (turn % 7 === 0) {
      say(`r ${hold.callId}`)
      await store.release(hold.callId)
      say(`R ${hold.callId}`)
      continue
    }
    const amount = hold.input + (turn % 11 === 0 ? hold.output * 2n : hold.output / 3n)
    await store.settle(makeSettlement(hold, { amount }))
    say(`S ${hold.callId} ${amount}`)
  }
}

await Promise.all(Array.from({ length: LANES }, (_, number) => lane(number)))
