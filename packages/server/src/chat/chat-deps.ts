import type { Clock } from '../base/clock.ts'
import type { Gateway } from '../gateway/house.ts'
import type { Store } from '../store/store.ts'
import type { HouseTerms } from './house-messages.ts'
import type { RunLimits, Runs } from './runs.ts'
import type { WatchHub, WatchLimits } from './watch.ts'

/** What chat needs of the house. */
export type ChatHouse = {
  store: Store
  gateway: Gateway
  clock: Clock
  house: HouseTerms
  limits: ChatLimits
  report(error: unknown): void
}

/** Counts, and bytes where the name says so. */
export type ChatLimits = RunLimits &
  WatchLimits & {
    /** Of one answer, in memory and in the database. */
    answerBytes: number
    /** Of one request to a model, attachments and all. */
    bodyBytes: number
    conversations: number
    /** Of one conversation. */
    messages: number
    /** Of one conversation's text. */
    conversationBytes: number
    attachmentBytes: number
    quotaBytes: number
  }

/** What asking needs. */
export type ChatDeps = Omit<ChatHouse, 'report'> & { runs: Runs; hub: WatchHub }
