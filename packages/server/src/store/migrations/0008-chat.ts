import { inBothDialects, type Migration } from './migration.ts'

/**
 * Chat: conversations and their trees, attachments, folders, prompts, preferences, and the words to find them by. Ids are
 * unique for their person only, so that nobody learns what another has.
 */
export const chat: Migration = {
  number: 8,
  name: 'chat',
  statements: withWords(
    inBothDialects([
      `CREATE TABLE folder (
        user_id TEXT NOT NULL REFERENCES user_account (id),
        id TEXT NOT NULL,
        workspace_id TEXT NOT NULL REFERENCES workspace (id),
        name TEXT NOT NULL,
        created_at {int} NOT NULL,
        PRIMARY KEY (user_id, id)
      ) {strict}`,

      `CREATE TABLE conversation (
        user_id TEXT NOT NULL REFERENCES user_account (id),
        id TEXT NOT NULL,
        workspace_id TEXT NOT NULL REFERENCES workspace (id),
        title TEXT NOT NULL,
        pinned {int} NOT NULL CHECK (pinned IN (0, 1)),
        archived {int} NOT NULL CHECK (archived IN (0, 1)),
        temporary_until {int},
        folder_id TEXT,
        settings TEXT NOT NULL,
        active_leaf_id TEXT,
        cost {int} NOT NULL CHECK (cost >= 0),
        created_at {int} NOT NULL,
        updated_at {int} NOT NULL,
        revision {int} NOT NULL,
        deleted_at {int},
        purge_at {int},
        PRIMARY KEY (user_id, id),
        FOREIGN KEY (user_id, folder_id) REFERENCES folder (user_id, id),
        CHECK ((deleted_at IS NULL) = (purge_at IS NULL))
      ) {strict}`,
      'CREATE INDEX conversation_by_use ON conversation (user_id, archived, pinned, updated_at, id)',
      'CREATE INDEX conversation_by_folder ON conversation (user_id, folder_id) WHERE folder_id IS NOT NULL',
      'CREATE INDEX conversation_deleted ON conversation (purge_at) WHERE purge_at IS NOT NULL',
      'CREATE INDEX conversation_temporary ON conversation (temporary_until) WHERE temporary_until IS NOT NULL',

      // seq is the order in which they came: parents before their children. ask_id is the request that made it; instance
      // the process that writes it.
      `CREATE TABLE message (
        seq {serial},
        user_id TEXT NOT NULL,
        id TEXT NOT NULL,
        workspace_id TEXT NOT NULL REFERENCES workspace (id),
        conversation_id TEXT NOT NULL,
        parent_id TEXT,
        ask_id TEXT NOT NULL,
        role TEXT NOT NULL CHECK (role IN ('user', 'assistant', 'tool')),
        version {int} NOT NULL,
        status TEXT NOT NULL CHECK (status IN ('streaming', 'done', 'stopped', 'interrupted', 'failed')),
        model TEXT,
        group_id TEXT,
        prompt_version_id TEXT,
        generation_id TEXT,
        figures TEXT,
        failure TEXT,
        instance {int} NOT NULL,
        deltas {int} NOT NULL,
        created_at {int} NOT NULL,
        parts TEXT NOT NULL,
        UNIQUE (user_id, id),
        FOREIGN KEY (user_id, conversation_id) REFERENCES conversation (user_id, id)
      ) {strict}`,
      'CREATE INDEX message_by_conversation ON message (user_id, conversation_id, seq)',
      "CREATE INDEX message_streaming ON message (user_id, conversation_id) WHERE status = 'streaming'",

      // body comes last, so that the rest is read without it.
      `CREATE TABLE attachment (
        user_id TEXT NOT NULL REFERENCES user_account (id),
        id TEXT NOT NULL,
        workspace_id TEXT NOT NULL REFERENCES workspace (id),
        name TEXT NOT NULL,
        media_type TEXT NOT NULL,
        bytes {int} NOT NULL CHECK (bytes >= 0),
        created_at {int} NOT NULL,
        body {bytes} NOT NULL,
        PRIMARY KEY (user_id, id)
      ) {strict}`,
      'CREATE INDEX attachment_by_age ON attachment (created_at)',
      'CREATE INDEX attachment_bytes ON attachment (user_id, bytes)',
      // Which conversations name it: one that none names goes.
      `CREATE TABLE attachment_use (
        user_id TEXT NOT NULL,
        attachment_id TEXT NOT NULL,
        conversation_id TEXT NOT NULL,
        workspace_id TEXT NOT NULL REFERENCES workspace (id),
        PRIMARY KEY (user_id, attachment_id, conversation_id),
        FOREIGN KEY (user_id, attachment_id) REFERENCES attachment (user_id, id),
        FOREIGN KEY (user_id, conversation_id) REFERENCES conversation (user_id, id)
      ) {keyed}`,
      'CREATE INDEX attachment_use_by_conversation ON attachment_use (user_id, conversation_id)',

      `CREATE TABLE prompt (
        user_id TEXT NOT NULL REFERENCES user_account (id),
        id TEXT NOT NULL,
        workspace_id TEXT NOT NULL REFERENCES workspace (id),
        slug TEXT NOT NULL,
        title TEXT NOT NULL,
        version_id TEXT NOT NULL,
        created_at {int} NOT NULL,
        updated_at {int} NOT NULL,
        PRIMARY KEY (user_id, id),
        UNIQUE (user_id, slug)
      ) {strict}`,
      `CREATE TABLE prompt_version (
        user_id TEXT NOT NULL,
        id TEXT NOT NULL,
        prompt_id TEXT NOT NULL,
        workspace_id TEXT NOT NULL REFERENCES workspace (id),
        version {int} NOT NULL,
        text TEXT NOT NULL,
        created_at {int} NOT NULL,
        PRIMARY KEY (user_id, id),
        UNIQUE (user_id, prompt_id, version),
        FOREIGN KEY (user_id, prompt_id) REFERENCES prompt (user_id, id)
      ) {strict}`,

      `CREATE TABLE preference (
        user_id TEXT PRIMARY KEY NOT NULL REFERENCES user_account (id),
        workspace_id TEXT NOT NULL REFERENCES workspace (id),
        data_collection TEXT NOT NULL CHECK (data_collection IN ('allow', 'deny')),
        default_model TEXT,
        favourite_models TEXT NOT NULL,
        updated_at {int} NOT NULL
      ) {strict}`,
    ]),
  ),
}

/**
 * The words of titles and messages. They are folded and parted by us (chat-words.ts), so that both databases find the
 * same; neither keeps the text a second time.
 */
function withWords(statements: Migration['statements']): Migration['statements'] {
  const place = `user_id TEXT NOT NULL,
        workspace_id TEXT NOT NULL REFERENCES workspace (id),
        conversation_id TEXT NOT NULL,
        message_id TEXT,
        FOREIGN KEY (user_id, conversation_id) REFERENCES conversation (user_id, id)`
  const byPlace = [
    // One row for each title and message: where there is none, NULLs would all be different ones.
    "CREATE UNIQUE INDEX chat_text_once ON chat_text (user_id, conversation_id, coalesce(message_id, ''))",
  ]
  return {
    sqlite: [
      ...statements.sqlite,
      `CREATE TABLE chat_text (seq INTEGER PRIMARY KEY, ${place}) STRICT`,
      ...byPlace,
      // Its rowid is chat_text's seq. person narrows each search to one person's rows.
      `CREATE VIRTUAL TABLE chat_words USING fts5(
        person, words, content = '', contentless_delete = 1,
        tokenize = "unicode61 remove_diacritics 0 categories 'L* M* N* Co'"
      )`,
    ],
    postgres: [
      ...statements.postgres,
      `CREATE TABLE chat_text (
        seq BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, words TSVECTOR NOT NULL, ${place})`,
      ...byPlace,
      'CREATE INDEX chat_text_words ON chat_text USING gin (words)',
    ],
  }
}
