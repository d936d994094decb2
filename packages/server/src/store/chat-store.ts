import type {
  AnswerEnd,
  AnswerProgress,
  Ask,
  AskLimits,
  AskOutcome,
  AttachmentRecord,
  ConversationImport,
  ConversationPage,
  ConversationPatch,
  ConversationRecord,
  Erasure,
  FolderItem,
  FolderRecord,
  InterruptedAnswer,
  MessageRecord,
  NamedVersionRecord,
  NewConversation,
  PreferencesRecord,
  PromptRecord,
  PromptVersionRecord,
  SearchFind,
  Whose,
} from './chat-records.ts'
import type { Actor } from './records.ts'

/**
 * Chat's part of the store. Every act names whose rows it means and sees no others: what is another's is not there. Deleted
 * conversations, and temporary ones whose time is over, are not there either, but for `restoreConversation`.
 *
 * Where an act takes a limit, it throws `limit_reached` when the rows would be more, and changes nothing.
 */
export type ChatStore = {
  // Conversations
  /** The same id again changes nothing. @returns the one that stands @throws not_found (the folder), conflict (deleted), limit_reached */
  createConversation(
    whose: Whose,
    conversation: NewConversation,
    limits: { conversations: number },
  ): Promise<ConversationRecord>
  findConversation(whose: Whose, id: string): Promise<ConversationRecord | undefined>
  listConversations(whose: Whose, page: ConversationPage): Promise<ConversationRecord[]>
  /** The ids of all that are kept, archived ones too, in the order of their ids; to export them. */
  listConversationIds(whose: Whose, page: { after: string | null; limit: number }): Promise<string[]>
  /**
   * Changes it, and its revision with it. `updatedAt` stays.
   * @returns it after the change, or undefined if there is none @throws not_found when the folder or the leaf is not of it
   */
  changeConversation(whose: Whose, id: string, patch: ConversationPatch): Promise<ConversationRecord | undefined>
  /** Out of sight from `at` on, for good from `purgeAt` on. @returns false if there was none */
  deleteConversation(whose: Whose, id: string, times: { at: number; purgeAt: number }): Promise<boolean>
  /** @returns it, or undefined if there is none that was deleted and can be had back at that moment */
  restoreConversation(whose: Whose, id: string, at: number): Promise<ConversationRecord | undefined>
  /** Removes for good what was deleted or temporary and is due, everybody's. @returns how many */
  purgeConversations(at: number): Promise<number>
  /** Adds it, or leaves the one that is there. One that was deleted is replaced. @throws limit_reached, not_found (an attachment) */
  importConversation(
    whose: Whose,
    imported: ConversationImport,
    limits: { conversations: number },
  ): Promise<'added' | 'skipped'>

  // Messages
  /**
   * Inserts questions with their answers, or more answers, in one act, and shows the branch that is named. Idempotent by the
   * request's id. An answer may go on from another message of the same conversation.
   * @returns undefined if there is no such conversation
   * @throws not_found (the parent, an attachment), conflict (an id is taken), limit_reached
   */
  ask(whose: Whose, ask: Ask, limits: AskLimits): Promise<AskOutcome | undefined>
  findMessage(whose: Whose, id: string): Promise<MessageRecord | undefined>
  /** All of the conversation's, the oldest first; parents come before their children. */
  listMessages(whose: Whose, conversationId: string): Promise<MessageRecord[]>
  /** Conversation and messages as they are at one moment. */
  readConversation(
    whose: Whose,
    id: string,
  ): Promise<{ conversation: ConversationRecord; messages: MessageRecord[] } | undefined>
  /**
   * Notes how far answers have come: those of all runs at once, up to 4 times a second. What has ended stays as it ended.
   * No revision grows.
   */
  noteAnswers(progress: readonly AnswerProgress[]): Promise<void>
  /** How far an answer had come when it was last noted: to go on watching a run of another process. */
  findProgress(whose: Whose, messageId: string): Promise<{ message: MessageRecord; offset: number } | undefined>
  /**
   * Ends an answer, once, also in a conversation that was deleted meanwhile.
   * @returns undefined when it had ended before or is gone
   */
  endAnswer(
    whose: Whose,
    messageId: string,
    end: AnswerEnd,
  ): Promise<{ message: MessageRecord; conversation: ConversationRecord } | undefined>
  /**
   * Ends as 'interrupted' the answers whose process is gone; what came of them stays. On SQLite those of earlier starts, on
   * PostgreSQL those of processes that no longer live.
   */
  interruptAnswers(at: number): Promise<InterruptedAnswer[]>
  /** Adds figures to an answer that ended without: the ledger knew them later. @returns false if it has some, or is gone */
  noteFigures(whose: Whose, messageId: string, figures: Pick<AnswerEnd, 'figures' | 'cost'>): Promise<boolean>

  // Attachments
  /** Keeps the bytes once; the same again take no more room, and take on the new name. @throws limit_reached over the quota */
  putAttachment(
    whose: Whose,
    attachment: AttachmentRecord,
    content: { body: Uint8Array; quotaBytes: number },
  ): Promise<AttachmentRecord>
  findAttachment(whose: Whose, id: string): Promise<AttachmentRecord | undefined>
  readAttachment(whose: Whose, id: string): Promise<(AttachmentRecord & { body: Uint8Array }) | undefined>
  usedAttachmentBytes(whose: Whose): Promise<number>
  /** Removes what no message names and was last put before the moment, everybody's. @returns how many */
  pruneAttachments(before: number): Promise<number>

  // Folders
  /** By name. */
  listFolders(whose: Whose): Promise<FolderItem[]>
  createFolder(whose: Whose, folder: FolderRecord, limits: { folders: number }): Promise<void>
  /** @returns undefined if there is none */
  renameFolder(whose: Whose, id: string, name: string): Promise<FolderItem | undefined>
  /** Its conversations stay, in no folder. @returns false if there was none */
  removeFolder(whose: Whose, id: string): Promise<boolean>

  // Prompts
  /** By slug. */
  listPrompts(whose: Whose): Promise<PromptRecord[]>
  findPrompt(whose: Whose, id: string): Promise<PromptRecord | undefined>
  /** @throws conflict when the slug is taken, limit_reached */
  createPrompt(whose: Whose, prompt: PromptRecord, limits: { prompts: number }): Promise<void>
  /**
   * A text that differs makes the version that `versionId` names.
   * @returns undefined if there is none @throws conflict when the slug is taken, limit_reached
   */
  changePrompt(
    whose: Whose,
    id: string,
    change: { slug?: string; title?: string; text?: string; versionId: string; at: number },
    limits: { versions: number },
  ): Promise<PromptRecord | undefined>
  /** With its versions. @returns false if there was none */
  removePrompt(whose: Whose, id: string): Promise<boolean>
  /** The newest first; undefined if there is no such prompt. */
  listPromptVersions(whose: Whose, promptId: string): Promise<PromptVersionRecord[] | undefined>
  /** Those of the ids that are versions of the person's prompts. */
  namePromptVersions(whose: Whose, ids: readonly string[]): Promise<NamedVersionRecord[]>

  // Finding
  /**
   * Titles and messages that hold every word of the query, whatever its accents and letter case; the last word may be the
   * beginning of one. The best first, titles before messages. The query is words and nothing else.
   */
  searchChats(whose: Whose, query: string, limit: number): Promise<SearchFind[]>

  // The person's ways
  /** undefined: they have said nothing yet. */
  findPreferences(whose: Whose): Promise<PreferencesRecord | undefined>
  putPreferences(whose: Whose, preferences: PreferencesRecord, at: number): Promise<void>
  /** Changes some of them in one act. @param terms.otherwise holds where nothing was said so far @returns them all */
  changePreferences(
    whose: Whose,
    change: Partial<PreferencesRecord>,
    terms: { otherwise: PreferencesRecord; at: number },
  ): Promise<PreferencesRecord>

  /**
   * Removes at once and for good: 'conversations' with their attachments, 'data' (folders and prompts too), or 'everything'
   * of chat (also preferences, which somebody who stays chose to hold on).
   */
  eraseChats(whose: Whose, what: Erasure, by: { actor: Actor; at: number }): Promise<void>
}
