import type { AnswerRequest, CompareRequest, SendRequest } from '@keyway/contract'
import { KeywayError } from '../base/errors.ts'
import type { AskOutcome, ConversationRecord, MessageRecord, Whose } from '../store/chat-records.ts'
import { answer, compare, send, type Where } from './ask.ts'
import type { Asker } from './begin-answers.ts'
import type { ChatDeps, ChatHouse, ChatLimits } from './chat-deps.ts'
import { figuresOf } from './figures.ts'
import { keepPicture } from './keep-picture.ts'
import { createNotes } from './notes.ts'
import { createRuns } from './runs.ts'
import { createWatchHub, type Watcher } from './watch.ts'

/** The living side of conversations: answers being written, and whoever watches them. */
export type Chat = {
  /** @throws KeywayError as `send` of ask.ts */
  send(asker: Asker, request: SendRequest & Where): Promise<AskOutcome>
  /** @throws KeywayError as `compare` of ask.ts */
  compare(asker: Asker, request: CompareRequest & Where): Promise<AskOutcome>
  /** @throws KeywayError as `answer` of ask.ts */
  answer(asker: Asker, request: AnswerRequest & { conversationId: string }): Promise<AskOutcome>
  /** Ends an answer's run, and waits for its end. @returns the message as it is then @throws KeywayError not_found */
  stop(whose: Whose, messageId: string): Promise<MessageRecord>
  /** @returns how to leave @throws KeywayError not_found, too_many_runs */
  watch(whose: Whose, conversationId: string, watcher: Watcher): Promise<() => void>
  /** A conversation was changed by a request: tells its tabs. */
  tellChange(whose: Whose, conversation: ConversationRecord): void
  /** It was deleted: its answers are stopped, its tabs told. */
  tellDeletion(whose: Whose, conversationId: string): void
  /** All of a person's are gone. */
  tellErasure(whose: Whose): void
  /** Ends what an earlier process left. Once, before the first request. */
  recover(): Promise<void>
  /** Waits for the ends of all answers, then ends all watchers. */
  drain(): Promise<void>
  readonly limits: ChatLimits
  /** Answers that are being written, and tabs that watch. */
  readonly load: { runs: number; watchers: number }
}

export function createChat(house: ChatHouse): Chat {
  const { store, clock, gateway, limits, report } = house
  const hub = createWatchHub(limits)
  const notes = createNotes({ store, report })
  const runs = createRuns(
    {
      ...{ gateway, store, clock, hub, notes, report },
      answerBytes: limits.answerBytes,
      keepPicture: (whose, url) => keepPicture({ store, clock, ...limits }, whose, url),
    },
    limits,
  )
  const deps: ChatDeps = { ...house, runs, hub }

  function stopAll(which: Whose, conversationId: string | undefined): void {
    for (const run of runs.of(which, conversationId)) run.stop()
  }

  return {
    send: (asker, request) => send(deps, asker, request),
    compare: (asker, request) => compare(deps, asker, request),
    answer: (asker, request) => answer(deps, asker, request),
    async stop(whose, messageId) {
      const run = runs.find(whose, messageId)
      run?.stop()
      await run?.ended
      const message = await store.findMessage(whose, messageId)
      if (message === undefined) throw new KeywayError('not_found', 'There is no message with that id.')
      return message
    },
    async watch(whose, conversationId, watcher) {
      // Before the conversation is read, so that nothing is missed between the two.
      const seat = hub.take(whose, conversationId, watcher)
      try {
        const conversation = await store.findConversation(whose, conversationId)
        if (conversation === undefined) throw new KeywayError('not_found', 'There is no conversation with that id.')
        const snapshots = () => runs.of(whose, conversationId).flatMap((run) => run.snapshot() ?? [])
        seat.open(conversation.revision, snapshots)
        return seat.leave
      } catch (error) {
        seat.leave()
        throw error
      }
    },
    tellChange: (whose, { id, revision }) => hub.publish(whose, id, { type: 'changed', revision }),
    tellDeletion(whose, conversationId) {
      stopAll(whose, conversationId)
      hub.close(whose, conversationId, { type: 'deleted' })
    },
    tellErasure(whose) {
      stopAll(whose, undefined)
      hub.closeAll(whose, { type: 'deleted' })
    },
    async recover() {
      for (const { generationId, messageId, ...whose } of await store.interruptAnswers(clock.now())) {
        const settled = generationId && (await store.findGeneration(generationId, whose.workspaceId))
        if (settled) await store.noteFigures(whose, messageId, { figures: figuresOf(settled), cost: settled.amount })
      }
    },
    async drain() {
      await runs.idle()
      notes.close()
      hub.endAll()
    },
    limits,
    get load() {
      return { runs: runs.size, watchers: hub.size }
    },
  }
}
