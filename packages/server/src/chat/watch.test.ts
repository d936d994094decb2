import type { ChatEvent } from '@keyway/contract'
import { describe, expect, it } from 'vitest'
import { KeywayError } from '../base/errors.ts'
import { createWatchHub, type Watcher } from './watch.ts'

const ADA = { workspaceId: 'w', userId: 'ada' }
const EVE = { workspaceId: 'w', userId: 'eve' }

/** A tab that keeps what it is told; `stuck` says how many bytes wait. */
function tab() {
  const told: ChatEvent[] = []
  const state = { ended: 0, cut: 0, stuck: 0 }
  const watcher: Watcher = {
    write: (event) => told.push(JSON.parse(event.slice('data: '.length))),
    queuedBytes: () => state.stuck,
    end: () => {
      state.ended++
    },
    cut: () => {
      state.cut++
    },
  }
  return { told, state, watcher }
}

const changed = (revision: number): ChatEvent => ({ type: 'changed', revision })

describe('watching', () => {
  it('is refused beyond what one person may watch, and nobody else pays for it', () => {
    const hub = createWatchHub({ watchersPerUser: 2, watcherBytes: 100 })
    const seats = [hub.take(ADA, 'c', tab().watcher), hub.take(ADA, 'd', tab().watcher)]
    expect(() => hub.take(ADA, 'c', tab().watcher)).toThrow(KeywayError)
    hub.take(EVE, 'c', tab().watcher)
    seats[0]?.leave()
    seats[0]?.leave()
    hub.take(ADA, 'c', tab().watcher)
    expect(() => hub.take(ADA, 'c', tab().watcher)).toThrow(KeywayError)
    expect(hub.size).toBe(3)
  })

  it('tells the person\u2019s own tabs, also where another has a conversation of that id', () => {
    const hub = createWatchHub({ watchersPerUser: 9, watcherBytes: 100 })
    const [hers, evil, other] = [tab(), tab(), tab()]
    hub.take(ADA, 'c', hers.watcher).open(1, () => [])
    hub.take(EVE, 'c', evil.watcher).open(1, () => [])
    hub.take(ADA, 'd', other.watcher).open(1, () => [])
    hub.publish(ADA, 'c', changed(2))
    expect([hers, evil, other].map(({ told }) => told.length)).toEqual([2, 1, 1])
  })

  it('begins with what stands: nothing that came while it was read is missed or told twice', () => {
    const hub = createWatchHub({ watchersPerUser: 9, watcherBytes: 100 })
    const { told, watcher } = tab()
    const seat = hub.take(ADA, 'c', watcher)
    hub.publish(ADA, 'c', changed(7))
    hub.publish(ADA, 'c', { type: 'delta', message_id: 'm', offset: 3, index: 0, text: 'x' })
    seat.open(5, () => [{ type: 'deleted' }])
    hub.publish(ADA, 'c', changed(8))
    expect(told).toEqual([{ type: 'hello', revision: 7 }, { type: 'deleted' }, changed(8)])
  })

  it('cuts off a tab that does not read, and no other', () => {
    const hub = createWatchHub({ watchersPerUser: 9, watcherBytes: 100 })
    const [slow, quick] = [tab(), tab()]
    for (const { watcher } of [slow, quick]) hub.take(ADA, 'c', watcher).open(1, () => [])
    slow.state.stuck = 101
    hub.publish(ADA, 'c', changed(2))
    hub.publish(ADA, 'c', changed(3))
    expect([slow.state.cut, slow.told.length]).toEqual([1, 2])
    expect([quick.state.cut, quick.told.length]).toEqual([0, 3])
    expect(hub.size).toBe(1)
  })

  it('ends with the conversation, with the person\u2019s last one, and with the server', () => {
    const hub = createWatchHub({ watchersPerUser: 9, watcherBytes: 100 })
    const [a, b, c] = [tab(), tab(), tab()]
    hub.take(ADA, 'c', a.watcher).open(1, () => [])
    hub.take(ADA, 'd', b.watcher).open(1, () => [])
    hub.take(EVE, 'c', c.watcher).open(1, () => [])
    hub.close(ADA, 'c', { type: 'deleted' })
    expect([a.told.at(-1)?.type, a.state.ended]).toEqual(['deleted', 1])
    hub.closeAll(ADA, { type: 'deleted' })
    expect([b.told.at(-1)?.type, b.state.ended, c.state.ended]).toEqual(['deleted', 1, 0])
    hub.endAll()
    expect([c.told.at(-1)?.type, c.state.ended, hub.size]).toEqual(['hello', 1, 0])
  })
})
