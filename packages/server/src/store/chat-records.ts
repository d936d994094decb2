import type {
  AnswerFailure,
  AnswerFigures,
  ChatSettings,
  MessageRole,
  MessageStatus,
  Part,
  Preferences,
} from '@keyway/contract'
import type { Nano } from '../base/money.ts'

// The shapes of chat that the store takes and gives. As in records.ts: times are milliseconds since the Unix epoch. What
// the contract versions (parts, settings, figures) is stored as it travels.
//
// Ids are unique for their person only: whoever guesses another's id learns nothing, and a file may be brought in by two.

/** Whose something is. Every act on chat names it, and sees and changes that person's rows only. */
export type Whose = { workspaceId: string; userId: string }

/** How much of somebody's chat goes: see `eraseChats`. */
export type Erasure = 'conversations' | 'data' | 'everything'

export type ConversationRecord = {
  id: string
  title: string
  pinned: boolean
  archived: boolean
  /** It is gone then; null: it is kept. */
  temporaryUntil: number | null
  folderId: string | null
  settings: ChatSettings
  activeLeafId: string | null
  /** Is an answer of it being written? */
  streaming: boolean
  /** Of all its answers. */
  cost: Nano
  createdAt: number
  /** Of the last message. */
  updatedAt: number
  /** Grows with every change of it or of its messages; not with what arrives of an answer that is being written. */
  revision: number
}

/** A conversation that begins. */
export type NewConversation = Pick<ConversationRecord, 'id' | 'temporaryUntil' | 'folderId' | 'settings' | 'createdAt'>

/** What may be changed of one. A field that is left out stays. */
export type ConversationPatch = Partial<
  Pick<ConversationRecord, 'title' | 'pinned' | 'archived' | 'folderId' | 'activeLeafId' | 'settings'>
> & { temporaryUntil?: null }

/** Where a page of the list ended. */
export type ConversationCursor = { pinned: boolean; updatedAt: number; id: string }

/** Which conversations, pinned first, then the latest used. Temporary and deleted ones are in no list. */
export type ConversationPage = {
  archived: boolean
  /** Those of one folder. */
  folderId?: string
  before?: ConversationCursor
  limit: number
}

/** A node of a conversation's tree. */
export type MessageRecord = {
  id: string
  conversationId: string
  parentId: string | null
  role: MessageRole
  parts: Part[]
  status: MessageStatus
  model: string | null
  groupId: string | null
  promptVersionId: string | null
  /** The call that wrote it, from the moment that it was made. */
  generationId: string | null
  figures: AnswerFigures | null
  failure: AnswerFailure | null
  createdAt: number
}

/** A message to insert: an answer that is about to be written has status 'streaming' and no parts (or those it goes on from). */
export type NewMessage = Pick<
  MessageRecord,
  'id' | 'parentId' | 'role' | 'parts' | 'status' | 'model' | 'groupId' | 'promptVersionId'
>

/** One request for answers: questions with their answers, or more answers to one that is there. */
export type Ask = {
  /** Of the request: the same again changes nothing. */
  id: string
  conversationId: string
  /** The conversation, where it is not there yet. */
  begins?: NewConversation
  /** In their order: each under a message of the same conversation, or under one before it. */
  messages: readonly NewMessage[]
  /** Becomes the active leaf. */
  activeLeafId: string
  /** Becomes the title where there is none. */
  title: string
  at: number
}

/** Of a person: how many conversations. Of one of them: how many messages, and how much text they may have together. */
export type AskLimits = { conversations: number; messages: number; conversationBytes: number }

/** What an ask made, or had made before, in its order. */
export type AskOutcome = {
  messages: MessageRecord[]
  conversation: ConversationRecord
  /** The request came before: nothing was changed, and whoever writes the answers is at it already. */
  repeated: boolean
}

/** How far an answer has come. */
export type AnswerProgress = {
  userId: string
  messageId: string
  /** All of it so far. */
  parts: Part[]
  /** How many deltas are in it. */
  offset: number
  /** The call that writes it, once there is one. */
  generationId: string | null
}

/** How an answer ended. */
export type AnswerEnd = {
  status: Exclude<MessageStatus, 'streaming'>
  parts: Part[]
  generationId: string | null
  figures: AnswerFigures | null
  /** Added to what the conversation cost. */
  cost: Nano
  failure: AnswerFailure | null
  at: number
}

/** An answer that nobody writes any more. */
export type InterruptedAnswer = Whose & { messageId: string; conversationId: string; generationId: string | null }

/** A conversation with all its messages, to be brought in. */
export type ConversationImport = {
  conversation: Omit<ConversationRecord, 'streaming' | 'revision' | 'temporaryUntil'>
  /** Parents before their children; none is 'streaming'. */
  messages: readonly Omit<MessageRecord, 'conversationId'>[]
}

export type AttachmentRecord = {
  /** SHA-256 of the bytes, hex. */
  id: string
  name: string
  mediaType: string
  bytes: number
  createdAt: number
}

export type FolderRecord = { id: string; name: string; createdAt: number }
/** With how many conversations are in it, those in no list left out. */
export type FolderItem = FolderRecord & { conversations: number }

export type PromptRecord = {
  id: string
  slug: string
  title: string
  /** The newest version's. */
  text: string
  versionId: string
  /** From 1. */
  version: number
  createdAt: number
  updatedAt: number
}
export type PromptVersionRecord = { id: string; version: number; text: string; createdAt: number }
/** A version by what its prompt is called now. */
export type NamedVersionRecord = { id: string; version: number; slug: string; title: string }

export type PreferencesRecord = Preferences

/** One place where the words of a search were found. */
export type SearchFind = {
  conversation: ConversationRecord
  /** null: in the title. */
  messageId: string | null
  /** The title, or the message's words. */
  text: string
}
