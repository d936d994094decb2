import { describe, expect, it } from 'vitest'
import { KeywayError } from '../base/errors.ts'
import type { RunDeps } from './run.ts'
import { createRuns } from './runs.ts'

// Nothing is begun here: what a run does is tried over HTTP, with a real gateway.
const deps = { report: () => undefined } as unknown as RunDeps

describe('room for answers', () => {
  it('is refused beyond what one person, all people, and their requests may take', () => {
    const runs = createRuns(deps, { runs: 5, runsPerUser: 3, requestsBytes: 100 })
    runs.takeRoom('ada', 3)
    expect(() => runs.takeRoom('ada', 1)).toThrow(/You have 3/)
    const eve = runs.takeRoom('eve', 2)
    expect(() => runs.takeRoom('bob', 1)).toThrow(KeywayError)
    eve.hold(60)
    expect(() => eve.hold(41)).toThrow(KeywayError)
    eve.release()
    eve.release()
    const bob = runs.takeRoom('bob', 2)
    bob.hold(100)
    bob.release()
    runs.takeRoom('bob', 2).hold(100)
  })

  it('is waited for until all of it is given back', async () => {
    const runs = createRuns(deps, { runs: 5, runsPerUser: 5, requestsBytes: 100 })
    await runs.idle()
    const rooms = [runs.takeRoom('ada', 2), runs.takeRoom('eve', 1)]
    const order: string[] = []
    const idle = runs.idle().then(() => order.push('idle'))
    for (const room of rooms) {
      await Promise.resolve()
      order.push('release')
      room.release()
    }
    await idle
    expect(order).toEqual(['release', 'release', 'idle'])
  })
})
