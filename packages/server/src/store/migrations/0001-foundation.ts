import { inBothDialects, type Migration } from './migration.ts'

const tables = inBothDialects([
  `CREATE TABLE workspace (
    id TEXT PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    budget_limit {int} CHECK (budget_limit >= 0),
    budget_reset TEXT CHECK (budget_reset IN ('daily', 'weekly', 'monthly')),
    created_at {int} NOT NULL
  ) {strict}`,

  `CREATE TABLE user_account (
    id TEXT PRIMARY KEY NOT NULL,
    workspace_id TEXT NOT NULL REFERENCES workspace (id),
    name TEXT NOT NULL,
    email TEXT,
    role TEXT NOT NULL CHECK (role IN ('owner', 'admin', 'member')),
    disabled_at {int},
    created_at {int} NOT NULL
  ) {strict}`,
  'CREATE INDEX user_account_by_workspace ON user_account (workspace_id, created_at)',

  // cap_id is the hash of the first key of a chain of rotations: the successor goes on under what its forebears spent.
  `CREATE TABLE api_key (
    seq {serial},
    hash TEXT NOT NULL UNIQUE,
    mac TEXT NOT NULL UNIQUE,
    pepper_version {int} NOT NULL,
    cap_id TEXT NOT NULL,
    workspace_id TEXT NOT NULL REFERENCES workspace (id),
    user_id TEXT NOT NULL REFERENCES user_account (id),
    kind TEXT NOT NULL CHECK (kind IN ('inference', 'management')),
    name TEXT NOT NULL,
    label TEXT NOT NULL,
    environment TEXT NOT NULL,
    limit_amount {int} CHECK (limit_amount >= 0),
    reset TEXT CHECK (reset IN ('daily', 'weekly', 'monthly')),
    policy TEXT NOT NULL,
    app_id {int},
    hidden {int} NOT NULL CHECK (hidden IN (0, 1)),
    disabled {int} NOT NULL CHECK (disabled IN (0, 1)),
    created_at {int} NOT NULL,
    updated_at {int},
    expires_at {int},
    revoked_at {int},
    rotated_from TEXT
  ) {strict}`,
  'CREATE INDEX api_key_by_workspace ON api_key (workspace_id, created_at)',
  'CREATE INDEX api_key_by_cap ON api_key (cap_id)',

  `CREATE TABLE credit (
    seq {serial},
    workspace_id TEXT NOT NULL REFERENCES workspace (id),
    user_id TEXT NOT NULL REFERENCES user_account (id),
    amount {int} NOT NULL CHECK (amount > 0),
    actor TEXT NOT NULL,
    at {int} NOT NULL
  ) {strict}`,
  'CREATE INDEX credit_by_user ON credit (user_id)',

  // What each scope was charged, a row a day: windows are sums of days.
  `CREATE TABLE spend (
    kind TEXT NOT NULL CHECK (kind IN ('key', 'user', 'workspace')),
    id TEXT NOT NULL,
    day {int} NOT NULL,
    amount {int} NOT NULL CHECK (amount >= 0),
    PRIMARY KEY (kind, id, day)
  ) {keyed}`,

  `CREATE TABLE hold (
    {hold_key},
    key_hash TEXT NOT NULL {of_key},
    cap_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    workspace_id TEXT NOT NULL,
    at {int} NOT NULL,
    input {int} NOT NULL CHECK (input >= 0),
    output {int} NOT NULL CHECK (output >= 0),
    streamed {int} NOT NULL CHECK (streamed >= 0),
    instance {int} NOT NULL,
    draft TEXT NOT NULL
  ) {strict}`,

  // The call as it ended. Charge, attempts and explanation are parts of it: they carry its number, and its tenant is
  // theirs. client is JSON of what the caller said of itself.
  `CREATE TABLE generation (
    seq {serial},
    id TEXT NOT NULL UNIQUE,
    workspace_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    key_hash TEXT NOT NULL,
    at {int} NOT NULL,
    settled_at {int} NOT NULL,
    model TEXT NOT NULL,
    provider TEXT NOT NULL,
    app_id {int},
    upstream_id TEXT,
    finish_reason TEXT,
    native_finish_reason TEXT,
    streamed {int} NOT NULL,
    cancelled {int} NOT NULL,
    status {int} NOT NULL,
    latency_ms {int} NOT NULL,
    first_event_ms {int},
    generation_ms {int} NOT NULL,
    tokens_prompt {int} NOT NULL CHECK (tokens_prompt >= 0),
    tokens_completion {int} NOT NULL CHECK (tokens_completion >= 0),
    tokens_reasoning {int} NOT NULL CHECK (tokens_reasoning >= 0),
    tokens_cached {int} NOT NULL CHECK (tokens_cached >= 0),
    images_completion {int} NOT NULL CHECK (images_completion >= 0),
    error TEXT,
    tags TEXT,
    client TEXT NOT NULL
  ) {strict}`,
  // Not by workspace: both columns grow with the table, so these indexes are written at their end only.
  'CREATE INDEX generation_by_time ON generation (at)',
  'CREATE INDEX generation_by_settlement ON generation (settled_at)',

  `CREATE TABLE charge (
    generation_seq {int} PRIMARY KEY NOT NULL {of_generation},
    amount {int} NOT NULL CHECK (amount >= 0),
    overage {int} NOT NULL CHECK (overage >= 0),
    basis TEXT NOT NULL CHECK (basis IN ('reported', 'estimated')),
    check_amount {int} CHECK (check_amount >= 0),
    price_version TEXT NOT NULL,
    reach TEXT NOT NULL CHECK (reach IN ('own', 'shared', 'house')),
    lines TEXT NOT NULL
  ) {strict}`,

  `CREATE TABLE attempt (
    generation_seq {int} NOT NULL {of_generation},
    number {int} NOT NULL,
    endpoint TEXT NOT NULL,
    provider TEXT NOT NULL,
    credential_id TEXT,
    reach TEXT NOT NULL,
    status {int},
    outcome TEXT NOT NULL,
    error TEXT,
    latency_ms {int} NOT NULL,
    PRIMARY KEY (generation_seq, number)
  ) {keyed}`,

  // Deleted after some days without touching the ledger, so nothing refers to it.
  `CREATE TABLE explanation (
    generation_seq {int} PRIMARY KEY NOT NULL,
    at {int} NOT NULL,
    body {bytes} NOT NULL
  ) {strict}`,
  'CREATE INDEX explanation_by_time ON explanation (at)',

  `CREATE TABLE app (
    id {serial},
    workspace_id TEXT NOT NULL REFERENCES workspace (id),
    referer TEXT NOT NULL,
    title TEXT,
    UNIQUE (workspace_id, referer)
  ) {strict}`,

  `CREATE TABLE audit (
    seq {int} PRIMARY KEY NOT NULL,
    at {int} NOT NULL,
    actor TEXT NOT NULL,
    workspace_id TEXT NOT NULL,
    action TEXT NOT NULL,
    object TEXT NOT NULL,
    outcome TEXT NOT NULL,
    details TEXT NOT NULL,
    prev TEXT NOT NULL,
    hash TEXT NOT NULL
  ) {strict}`,
  'CREATE INDEX audit_by_workspace ON audit (workspace_id, seq)',

  `CREATE TABLE data_key (
    seq {serial},
    id TEXT NOT NULL UNIQUE,
    workspace_id TEXT NOT NULL REFERENCES workspace (id),
    user_id TEXT REFERENCES user_account (id),
    wrapped {bytes} NOT NULL,
    kek_version {int} NOT NULL,
    created_at {int} NOT NULL
  ) {strict}`,

  `CREATE TABLE credential (
    seq {serial},
    id TEXT NOT NULL UNIQUE,
    workspace_id TEXT NOT NULL REFERENCES workspace (id),
    user_id TEXT REFERENCES user_account (id),
    provider TEXT NOT NULL,
    name TEXT NOT NULL,
    origin TEXT NOT NULL CHECK (origin IN ('pasted', 'connected', 'environment')),
    reach TEXT NOT NULL CHECK (reach IN ('own', 'shared', 'house')),
    base_url TEXT NOT NULL,
    sealed {bytes},
    reference TEXT,
    dek_id TEXT REFERENCES data_key (id),
    hint TEXT NOT NULL,
    priority {int} NOT NULL,
    allow_private {int} NOT NULL CHECK (allow_private IN (0, 1)),
    disabled_at {int},
    created_at {int} NOT NULL,
    updated_at {int},
    last_used_at {int},
    last_error TEXT
  ) {strict}`,
  'CREATE INDEX credential_by_workspace ON credential (workspace_id, priority)',

  `CREATE TABLE custom_provider (
    id TEXT PRIMARY KEY NOT NULL,
    workspace_id TEXT NOT NULL REFERENCES workspace (id),
    base_url TEXT NOT NULL,
    allow_private {int} NOT NULL CHECK (allow_private IN (0, 1)),
    free {int} NOT NULL CHECK (free IN (0, 1)),
    created_at {int} NOT NULL
  ) {strict}`,

  `CREATE TABLE setup_token (
    hash TEXT PRIMARY KEY NOT NULL,
    workspace_id TEXT NOT NULL REFERENCES workspace (id),
    user_id TEXT NOT NULL REFERENCES user_account (id),
    expires_at {int} NOT NULL,
    redeemed_at {int}
  ) {strict}`,

  `CREATE TABLE setting (
    name TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
  ) {strict}`,
])

/** The tables that are only ever added to. */
const APPEND_ONLY = ['audit', 'credit', 'charge'] as const

const sqliteTriggers = APPEND_ONLY.flatMap((table) =>
  (['UPDATE', 'DELETE'] as const).map(
    (change) =>
      `CREATE TRIGGER ${table}_refuses_${change.toLowerCase()} BEFORE ${change} ON ${table}
       BEGIN SELECT RAISE(ABORT, '${table} is append-only'); END`,
  ),
)

const postgresTriggers = [
  `CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$`,
  ...APPEND_ONLY.map(
    (table) =>
      `CREATE TRIGGER ${table}_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ${table}
       FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()`,
  ),
  // Several processes share one database: each takes a number, and is alive while it holds that number's lock.
  'CREATE SEQUENCE instance_number AS BIGINT',
  'CREATE INDEX hold_by_cap ON hold (cap_id)',
  'CREATE INDEX hold_by_user ON hold (user_id)',
  'CREATE INDEX hold_by_workspace ON hold (workspace_id)',
]

export const foundation: Migration = {
  number: 1,
  name: 'foundation',
  statements: {
    sqlite: [...tables.sqlite, ...sqliteTriggers],
    postgres: [...tables.postgres, ...postgresTriggers],
  },
}
