// What the web app and the server say to each other about conversations, under /api/app. The rules are those of
// app-api.ts.
//
// A conversation is a tree. Each message names its parent; editing a message, or asking for another answer, adds a sibling.
// `active_leaf_id` says which branch is shown. Answers to one message by several models at once share a `group_id`, and so do
// several wordings of one message that were sent at once, each with an answer of its own.
//
// An answer is written by a run of the server, which goes on when the browser leaves. The browser watches one conversation
// at a time: GET /api/app/conversations/:id/events.

import type { Done, Listed, Moment, Usd } from './app-values.ts'
import type { MessageRole, MessageStatus, Part } from './message.ts'

// Conversations ------------------------------------------------------------------------------------------------------

export type Conversation = {
  id: string
  /** The first words of the first message until the person names it. '' while there is none. */
  title: string
  pinned: boolean
  archived: boolean
  /** It is in no list and in no search, and ends with the day. */
  temporary: boolean
  folder_id: string | null
  settings: ChatSettings
  /** The branch that is shown ends here. null while empty. */
  active_leaf_id: string | null
  /** Is an answer being written? */
  streaming: boolean
  /** What all its answers cost so far, those on other branches too. */
  cost_usd: Usd
  created_at: Moment
  /** Of the last message. */
  updated_at: Moment
  /** Grows with every change of it or of its messages. */
  revision: number
}

/** What its next answer is asked for with. A field that is left out is the provider's usual. */
export type ChatSettings = {
  /** One model, or 2 to 4 side by side. Empty: what the person used last. */
  models: string[]
  system_prompt: string
  parameters: ChatParameters
}
export type ChatParameters = {
  /** 0 to 2. */
  temperature?: number
  /** Over 0, up to 1. */
  top_p?: number
  max_tokens?: number
  /** How hard a reasoning model thinks. */
  reasoning_effort?: 'none' | 'minimal' | 'low' | 'medium' | 'high'
}

/** One message. */
export type Message = {
  id: string
  conversation_id: string
  /** null: it begins the conversation. */
  parent_id: string | null
  role: MessageRole
  parts: Part[]
  status: MessageStatus
  /** Of an answer: the model that was asked. null for the person's own. */
  model: string | null
  /** Answers, or wordings of a message, that were asked for at once, side by side. */
  group_id: string | null
  /** The version of a library prompt that the message came from. */
  prompt_version_id: string | null
  /** Of an answer whose call was settled. */
  figures: AnswerFigures | null
  /** Of a failed or interrupted answer. Fit to be shown. */
  failure: AnswerFailure | null
  created_at: Moment
}

/** What an answer took, exactly as the ledger has it. */
export type AnswerFigures = {
  /** Its id under /api/v1/generation. */
  generation_id: string
  /** The provider that answered. */
  provider: string
  /** Whose credential paid. */
  served_by: 'own' | 'shared' | 'house'
  cost_usd: Usd
  /** The cost is by estimate: the provider told no usage, or the answer was cut off. */
  estimated: boolean
  tokens_prompt: number
  tokens_completion: number
  tokens_reasoning: number
  tokens_cached: number
  /** Until the first event; null where none came. Milliseconds. */
  first_token_ms: number | null
  total_ms: number
  finish_reason: string | null
  /** The prices that were used, for a million tokens; only of what there was. Missing in answers from before it was kept. */
  usd_per_million?: TokenPrices
}

/** Dollars for a million tokens: read anew, from the provider's cache, and written. */
export type TokenPrices = { input?: Usd; cached?: Usd; output?: Usd }

export type AnswerFailure = {
  /** As in {@link AppFailure}. */
  code: string
  message: string
  fix: string
  docs_url: string
}

/** GET /api/app/conversations?archived=true&folder=<id>&before=<cursor>&limit=50: pinned first, then the latest used. */
export type ConversationList = { data: Conversation[]; next: string | null }

/** POST /api/app/conversations -> Conversation. The same `id` again gives the conversation that stands. */
export type NewConversationRequest = ConversationTerms & {
  /** A UUID, made by the browser, so that a repetition makes no second one. */
  id?: string
}

/** What a conversation begins with. */
export type ConversationTerms = {
  temporary?: boolean
  folder_id?: string | null
  settings?: Partial<ChatSettings>
}

/** GET /api/app/conversations/:id */
export type WholeConversation = { conversation: Conversation; messages: Message[] }

/** PATCH /api/app/conversations/:id -> Conversation */
export type ConversationChange = {
  title?: string
  pinned?: boolean
  archived?: boolean
  folder_id?: string | null
  active_leaf_id?: string
  settings?: Partial<ChatSettings>
  /** false: a temporary chat is kept after all. */
  temporary?: false
}

/** DELETE /api/app/conversations/:id. It is out of sight at once, and gone for good at the moment that is given. */
export type Deleted = { restorable_until: Moment }
/** POST /api/app/conversations/:id/restore, without a body -> Conversation */
/** DELETE /api/app/conversations -> Done: all of one's conversations, for good. Asks for a sign-in of the last minutes. */

// Asking and answering -----------------------------------------------------------------------------------------------

/** POST /api/app/conversations/:id/messages -> {@link Asked}: a message of the person's, and its answers begun. */
export type SendRequest = {
  /** A UUID, made by the browser: the same one again gives what the first request gave. */
  id: string
  /** null: it begins the conversation (or another beginning of it, where it was edited). */
  parent_id: string | null
  /** Text, images and files; at least one part that is not blank. */
  parts: Part[]
  /** 1 to 4; each writes an answer. */
  models: string[]
  /** Leave out the oldest messages where all do not fit into the model's context. */
  trim?: boolean
  prompt_version_id?: string
  /** The conversation, where it is not there yet: it is made with the message and, where that is refused, not at all. */
  begins?: ConversationTerms
}
/** POST /api/app/conversations/:id/answers -> {@link Asked}: another answer to a message that is there. */
export type AnswerRequest = {
  id: string
  /** The person's message. */
  parent_id: string
  models: string[]
  trim?: boolean
  /** An answer that ended early: the new one begins with its parts and goes on from there. */
  continues?: string
}
/**
 * POST /api/app/conversations/:id/comparisons -> {@link Asked}: one message in several wordings at once, as in two versions
 * of a prompt, side by side. Each is a message of its own, with one answer.
 */
export type CompareRequest = {
  parent_id: string | null
  /** 2 to 4. The first one's id again gives what the first request gave. */
  columns: CompareColumn[]
  trim?: boolean
  /** As in {@link SendRequest}. */
  begins?: ConversationTerms
}
/** `id` is a UUID, made by the browser: of the person's message. */
export type CompareColumn = { id: string; parts: Part[]; model: string; prompt_version_id?: string }
/**
 * The messages that were made, the person's own first. The new answer is the active leaf (of several, the first).
 * Failures of a model that can be known at once refuse the whole: `not_found` (no such conversation or parent),
 * `model_not_callable`, `provider_may_keep_data`, `message_too_long` and `context_too_long` (with `trim` these two never
 * come: what is left is sent, since their figures are a guess), `daily_limit_reached`, `too_many_runs`.
 */
export type Asked = { messages: Message[]; conversation: Conversation }

/** POST /api/app/messages/:id/stop, without a body -> Message: ends its run; what came is kept and charged. */

// Watching -----------------------------------------------------------------------------------------------------------

/**
 * GET /api/app/conversations/:id/events -> text/event-stream. Each event's data is one of these as JSON. It begins with
 * `hello`, then a `snapshot` of every answer that is being written, then what happens. Whoever comes back gets the same
 * again, and has missed nothing. A comment every 15 s keeps the line open. A stream that ends without `deleted` (a reader
 * too slow, a sign-out, a server that stops) may be opened again; 401 then says that the session is over.
 */
export type ChatEvent =
  /** Read the conversation again where its revision is another one than yours. */
  | { type: 'hello'; revision: number }
  /** Take it in place of what you have; also sent when an answer begins. `offset` counts the changes that are in it. */
  | { type: 'snapshot'; message: Message; offset: number }
  /**
   * A part begins, or stands in the place of the one of that index. The first change after a snapshot has its offset + 1;
   * each further one, one more. A reasoning part's `items` and final `ms` come with `ended`.
   */
  | { type: 'part'; message_id: string; offset: number; index: number; part: Part }
  /** More text: of a text or reasoning part its `text`, of a tool call its `arguments`. */
  | { type: 'delta'; message_id: string; offset: number; index: number; text: string }
  /** The run ended: how, with figures where there are any. */
  | { type: 'ended'; message: Message; conversation: Conversation }
  /** The conversation itself changed, or got messages, here or in another tab. */
  | { type: 'changed'; revision: number }
  /** It was deleted. */
  | { type: 'deleted' }

// Attachments --------------------------------------------------------------------------------------------------------

/**
 * POST /api/app/attachments?name=<file name>: the bytes as the body, `Content-Type: application/octet-stream`, at most
 * 20 MB. What it is, is read from the bytes. The same bytes again take no more room.
 * GET /api/app/attachments/:id gives the bytes, as a download unless it is an image.
 */
export type Attachment = {
  /** SHA-256 of the bytes, hex. */
  id: string
  name: string
  /** image/png, image/jpeg, image/gif, image/webp, application/pdf, text/plain. Others are refused. */
  media_type: string
  bytes: number
}
/** GET /api/app/attachments/quota */
export type AttachmentQuota = { used_bytes: number; limit_bytes: number }

// Finding ------------------------------------------------------------------------------------------------------------

/** GET /api/app/search?q=<words>&limit=30: over titles and messages, the best first. */
export type SearchHit = {
  conversation: Conversation
  /** null: the title matched. */
  message_id: string | null
  /** Words around the match, in pieces; `match` is what to mark. */
  excerpt: { text: string; match: boolean }[]
}

// Folders and prompts ------------------------------------------------------------------------------------------------

/** GET /api/app/folders -> Listed<Folder>; POST (FolderRequest) -> Folder; PATCH /:id -> Folder; DELETE /:id -> Done. */
export type Folder = { id: string; name: string; conversations: number }
export type FolderRequest = { name: string }

/** GET /api/app/prompts -> Listed<Prompt>; POST -> Prompt; PATCH /:id -> Prompt; DELETE /:id -> Done. */
export type Prompt = {
  id: string
  /** What is typed after the slash: lower case, digits and '-'. Unique for the person. */
  slug: string
  title: string
  /** `{{name}}` is asked for when the prompt is inserted. */
  text: string
  version_id: string
  version: number
  updated_at: Moment
}
export type PromptRequest = { slug: string; title: string; text: string }
/** A change of the text makes a version; the others stay. */
export type PromptChange = Partial<PromptRequest>
/** GET /api/app/prompts/:id/versions -> Listed<PromptVersion>, the newest first. */
export type PromptVersion = { id: string; version: number; text: string; created_at: Moment }
/** GET /api/app/prompt-versions?ids=a,b -> Listed<NamedVersion>: those of up to 20 that are there. */
export type NamedVersion = { id: string; version: number; slug: string; title: string }

// Taking out and bringing in -----------------------------------------------------------------------------------------

/**
 * GET /api/app/conversations/:id/export?format=json|markdown, GET /api/app/export (all, as JSON): downloads.
 * Attachments are inside, as base64.
 */
export type ExportFile = {
  kind: 'keyway-conversations'
  version: 1
  exported_at: Moment
  conversations: ExportedConversation[]
  attachments: (Attachment & { base64: string })[]
}
export type ExportedConversation = Omit<WholeConversation, 'conversation'> & {
  conversation: Omit<Conversation, 'streaming' | 'revision'>
}
/**
 * POST /api/app/import: an {@link ExportFile}, or the conversations.json of a ChatGPT export, as the body; at most 64 MB.
 * The same file again changes nothing.
 */
export type Imported = {
  source: 'keyway' | 'chatgpt'
  added: number
  /** There already. */
  skipped: number
  /** What could not be read, one line each; at most 20. */
  problems: string[]
}

// The person's ways --------------------------------------------------------------------------------------------------

/** GET /api/app/preferences; PATCH (any of them) gives them anew. Kept on the server, the same in every browser. */
export type Preferences = {
  /** 'deny': only providers that do not keep or train on what is sent. */
  data_collection: 'allow' | 'deny'
  /** What a new chat begins with; null: what was used last. */
  default_model: string | null
  favourite_models: string[]
}

/** Every endpoint by its method and path. */
export type ChatApi = {
  'GET /api/app/conversations': { body: undefined; answer: ConversationList }
  'POST /api/app/conversations': { body: NewConversationRequest; answer: Conversation }
  'DELETE /api/app/conversations': { body: undefined; answer: Done }
  'DELETE /api/app/data': { body: undefined; answer: Done }
  'GET /api/app/conversations/:id': { body: undefined; answer: WholeConversation }
  'PATCH /api/app/conversations/:id': { body: ConversationChange; answer: Conversation }
  'DELETE /api/app/conversations/:id': { body: undefined; answer: Deleted }
  'POST /api/app/conversations/:id/restore': { body: undefined; answer: Conversation }
  'POST /api/app/conversations/:id/messages': { body: SendRequest; answer: Asked }
  'POST /api/app/conversations/:id/answers': { body: AnswerRequest; answer: Asked }
  'POST /api/app/conversations/:id/comparisons': { body: CompareRequest; answer: Asked }
  'POST /api/app/messages/:id/stop': { body: undefined; answer: Message }
  'GET /api/app/attachments/quota': { body: undefined; answer: AttachmentQuota }
  'GET /api/app/search': { body: undefined; answer: Listed<SearchHit> }
  'GET /api/app/folders': { body: undefined; answer: Listed<Folder> }
  'POST /api/app/folders': { body: FolderRequest; answer: Folder }
  'PATCH /api/app/folders/:id': { body: FolderRequest; answer: Folder }
  'DELETE /api/app/folders/:id': { body: undefined; answer: Done }
  'GET /api/app/prompts': { body: undefined; answer: Listed<Prompt> }
  'POST /api/app/prompts': { body: PromptRequest; answer: Prompt }
  'PATCH /api/app/prompts/:id': { body: PromptChange; answer: Prompt }
  'DELETE /api/app/prompts/:id': { body: undefined; answer: Done }
  'GET /api/app/prompts/:id/versions': { body: undefined; answer: Listed<PromptVersion> }
  'GET /api/app/prompt-versions': { body: undefined; answer: Listed<NamedVersion> }
  'POST /api/app/import': { body: ExportFile | unknown[]; answer: Imported }
  'GET /api/app/preferences': { body: undefined; answer: Preferences }
  'PATCH /api/app/preferences': { body: Partial<Preferences>; answer: Preferences }
}
