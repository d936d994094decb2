import type { Chat } from './chat/chat.ts'
import { createChat } from './chat/chat.ts'
import type { House } from './house.ts'
import { houseModels } from './web-app.ts'

/** The chat of a house that serves. */
export function chatOf(house: House, report: (error: unknown) => void): Chat {
  const { config, store, gateway, clock } = house
  const { limits } = config
  return createChat({
    store,
    gateway,
    clock,
    house: { models: houseModels(config.house), dailyMessages: config.house.daily_messages },
    limits: {
      runs: limits.chat_runs,
      runsPerUser: limits.chat_runs_per_user,
      requestsBytes: limits.bodies_bytes,
      answerBytes: limits.chat_answer_bytes,
      bodyBytes: limits.body_bytes,
      watchersPerUser: limits.chat_watchers_per_user,
      watcherBytes: limits.chat_watcher_bytes,
      conversations: limits.chat_conversations,
      messages: limits.chat_messages,
      conversationBytes: limits.chat_conversation_bytes,
      attachmentBytes: limits.attachment_bytes,
      quotaBytes: limits.attachments_bytes,
    },
    report,
  })
}
