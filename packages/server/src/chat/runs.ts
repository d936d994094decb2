import { KeywayError } from '../base/errors.ts'
import type { Whose } from '../store/chat-records.ts'
import { beginRun, type Run, type RunDeps, type RunEnd, type RunOrder } from './run.ts'

/** Counts; `requestsBytes` is what the requests of all runs may take together. */
export type RunLimits = { runs: number; runsPerUser: number; requestsBytes: number }

/** Room for answers that are about to be written. */
export type Room = {
  /** Counts the requests' bytes, until the last of its answers has ended. @throws KeywayError too_many_runs */
  hold(bytes: number): void
  /** Begins one of the answers. */
  begin(order: RunOrder, ended: (end: RunEnd) => Promise<void>): Run
  /** Gives back what was not begun. */
  release(): void
}

/** The answers that this process writes. */
export type Runs = {
  /** @throws KeywayError too_many_runs */
  takeRoom(userId: string, count: number): Room
  find(whose: Pick<Whose, 'userId'>, messageId: string): Run | undefined
  /** A person's: of one conversation, or (undefined) of all. */
  of(whose: Pick<Whose, 'userId'>, conversationId: string | undefined): Run[]
  /** Resolves when no answer is being written and every end is stored. */
  idle(): Promise<void>
  readonly size: number
}

export function createRuns(deps: RunDeps, limits: RunLimits): Runs {
  const runs = new Map<string, Run>()
  const ofUser = new Map<string, number>()
  let taken = 0
  let bytesHeld = 0
  const waiting: (() => void)[] = []

  function count(userId: string, change: number): void {
    taken += change
    const of = (ofUser.get(userId) ?? 0) + change
    if (of > 0) ofUser.set(userId, of)
    else ofUser.delete(userId)
    if (taken > 0) return
    for (const resolve of waiting.splice(0)) resolve()
  }

  async function look(run: Run, name: string, ended: (end: RunEnd) => Promise<void>): Promise<void> {
    const end = await run.ended
    runs.delete(name)
    try {
      await ended(end)
    } catch (error) {
      deps.report(error)
    }
  }

  return {
    takeRoom(userId, wanted) {
      const own = ofUser.get(userId) ?? 0
      if (own + wanted > limits.runsPerUser) {
        throw new KeywayError(
          'too_many_runs',
          `You have ${own} answers being written; ${limits.runsPerUser} are the most.`,
        )
      }
      if (taken + wanted > limits.runs) {
        throw noRoom()
      }
      let left = wanted
      let writing = 0
      let held = 0
      count(userId, wanted)
      const letGo = () => {
        if (left > 0 || writing > 0) return
        bytesHeld -= held
        held = 0
      }
      return {
        hold(bytes) {
          if (bytesHeld + bytes > limits.requestsBytes) throw noRoom()
          bytesHeld += bytes
          held += bytes
        },
        begin(order, ended) {
          const run = beginRun(order, deps)
          const name = nameOf(userId, run.messageId)
          runs.set(name, run)
          left--
          writing++
          void look(run, name, ended).finally(() => {
            writing--
            letGo()
            count(userId, -1)
          })
          return run
        },
        release() {
          if (left > 0) count(userId, -left)
          left = 0
          letGo()
        },
      }
    },
    find: ({ userId }, messageId) => runs.get(nameOf(userId, messageId)),
    of: ({ userId }, conversationId) =>
      [...runs.values()].filter(
        (run) => run.whose.userId === userId && (conversationId ?? run.conversationId) === run.conversationId,
      ),
    get size() {
      return runs.size
    },
    idle() {
      if (taken === 0) return Promise.resolve()
      return new Promise((resolve) => waiting.push(resolve))
    },
  }
}

function noRoom(): KeywayError {
  return new KeywayError('too_many_runs', 'As many answers are being written as there is room for.', {
    fix: 'Wait a moment, and try again.',
  })
}

function nameOf(userId: string, messageId: string): string {
  return `${userId}\n${messageId}`
}
