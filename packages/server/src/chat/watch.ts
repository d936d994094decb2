import type { ChatEvent } from '@keyway/contract'
import { KeywayError } from '../base/errors.ts'
import type { Whose } from '../store/chat-records.ts'

/** Somebody who watches one conversation: a tab, as far as chat knows. */
export type Watcher = {
  /** Takes one event, framed for the wire. Never waits. */
  write(event: string): void
  /** Bytes that were written and not yet taken by the reader. */
  queuedBytes(): number
  /** The last act: nothing is written any more, but what was written may still be read. */
  end(): void
  /** The last act for one that does not read: what waits is dropped. */
  cut(): void
}

export type WatchLimits = { watchersPerUser: number; watcherBytes: number }

/** A watcher's place. Events reach it once it is opened. */
export type Seat = {
  /** Says hello, and what stands now. @param revision of the conversation, as it was read after the seat was taken */
  open(revision: number, snapshots: () => readonly ChatEvent[]): void
  leave(): void
}

/** Tells any number of tabs what happens in the conversations that they watch. */
export type WatchHub = {
  /** @throws KeywayError too_many_runs when the person watches as many as they may */
  take(whose: Whose, conversationId: string, watcher: Watcher): Seat
  publish(whose: Pick<Whose, 'userId'>, conversationId: string, event: ChatEvent): void
  /** Ends a conversation's watchers, after an event. */
  close(whose: Pick<Whose, 'userId'>, conversationId: string, event: ChatEvent): void
  /** Ends all of a person's, after an event. */
  closeAll(whose: Pick<Whose, 'userId'>, event: ChatEvent): void
  endAll(): void
  readonly size: number
}

type Place = {
  watcher: Watcher
  state: 'waiting' | 'open' | 'left'
  /** The latest revision that was told while it waited. */
  revision: number
}

export function createWatchHub(limits: WatchLimits): WatchHub {
  const places = new Map<string, Set<Place>>()
  const ofUser = new Map<string, number>()

  function leave(name: string, userId: string, place: Place): void {
    if (place.state === 'left') return
    place.state = 'left'
    const all = places.get(name)
    all?.delete(place)
    if (all?.size === 0) places.delete(name)
    const left = (ofUser.get(userId) ?? 1) - 1
    if (left > 0) ofUser.set(userId, left)
    else ofUser.delete(userId)
  }

  /** One that does not read is cut off; whoever comes back is given everything as it is then. */
  function give(place: Place, text: string, gone: () => void): void {
    place.watcher.write(text)
    if (place.watcher.queuedBytes() <= limits.watcherBytes) return
    gone()
    place.watcher.cut()
  }

  function close(name: string, userId: string, text: string): void {
    for (const place of [...(places.get(name) ?? [])]) {
      place.watcher.write(text)
      leave(name, userId, place)
      place.watcher.end()
    }
  }

  return {
    take(whose, conversationId, watcher) {
      const { userId } = whose
      const count = ofUser.get(userId) ?? 0
      if (count >= limits.watchersPerUser) {
        throw new KeywayError('too_many_runs', `There are ${count} chats open already.`, { fix: 'Close a tab.' })
      }
      const name = nameOf(userId, conversationId)
      const place: Place = { watcher, state: 'waiting', revision: -1 }
      const all = places.get(name) ?? new Set()
      all.add(place)
      places.set(name, all)
      ofUser.set(userId, count + 1)
      const gone = () => leave(name, userId, place)
      return {
        open(revision, snapshots) {
          if (place.state !== 'waiting') return
          // Making a snapshot tells the others what they have not been told yet: it must not reach this one.
          const standing = snapshots()
          place.state = 'open'
          const hello: ChatEvent = { type: 'hello', revision: Math.max(revision, place.revision) }
          for (const event of [hello, ...standing]) watcher.write(framed(event))
        },
        leave: gone,
      }
    },
    publish(whose, conversationId, event) {
      const name = nameOf(whose.userId, conversationId)
      const all = places.get(name)
      if (all === undefined) return
      const text = framed(event)
      for (const place of [...all]) {
        if (place.state === 'open') give(place, text, () => leave(name, whose.userId, place))
        else if (event.type === 'changed') place.revision = Math.max(place.revision, event.revision)
        else if (event.type === 'ended') place.revision = Math.max(place.revision, event.conversation.revision)
      }
    },
    close: (whose, conversationId, event) => close(nameOf(whose.userId, conversationId), whose.userId, framed(event)),
    closeAll({ userId }, event) {
      for (const name of [...places.keys()]) if (userOf(name) === userId) close(name, userId, framed(event))
    },
    endAll() {
      for (const [name, all] of [...places]) {
        for (const place of [...all]) {
          leave(name, userOf(name), place)
          place.watcher.end()
        }
      }
    },
    get size() {
      return [...places.values()].reduce((sum, all) => sum + all.size, 0)
    },
  }
}

/** Ids of conversations are unique for their person only. Ids of users are ours, and have no line break. */
function nameOf(userId: string, conversationId: string): string {
  return `${userId}\n${conversationId}`
}

function userOf(name: string): string {
  return name.slice(0, name.indexOf('\n'))
}

function framed(event: ChatEvent): string {
  return `data: ${JSON.stringify(event)}\n\n`
}
