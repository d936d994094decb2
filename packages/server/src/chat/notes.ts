import type { AnswerProgress } from '../store/chat-records.ts'
import type { ChatStore } from '../store/chat-store.ts'

/** How long what came of an answer may be in memory alone. Milliseconds. */
const NOTE_MS = 250

/** Writes down how far answers have come: those of all runs at once, one write at a time. */
export type Notes = {
  /** Something of it changed. @param progress asked when it is written down */
  changed(messageId: string, progress: () => AnswerProgress): void
  /** It ends, and writes its end itself. */
  forget(messageId: string): void
  close(): void
}

export function createNotes(deps: { store: Pick<ChatStore, 'noteAnswers'>; report(error: unknown): void }): Notes {
  const waiting = new Map<string, () => AnswerProgress>()
  let timer: NodeJS.Timeout | undefined
  let writing = false

  function plan(): void {
    if (timer !== undefined || writing || waiting.size === 0) return
    timer = setTimeout(() => {
      timer = undefined
      write().catch(deps.report)
    }, NOTE_MS)
  }

  async function write(): Promise<void> {
    const all = [...waiting.values()].map((progress) => progress())
    waiting.clear()
    if (all.length === 0) return
    writing = true
    try {
      // What could not be written comes again with the next change, and with the end.
      await deps.store.noteAnswers(all)
    } finally {
      writing = false
      plan()
    }
  }

  return {
    changed(messageId, progress) {
      waiting.set(messageId, progress)
      plan()
    },
    forget: (messageId) => waiting.delete(messageId),
    close: () => clearTimeout(timer),
  }
}
