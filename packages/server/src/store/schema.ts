import type { ColumnType, Generated } from 'kysely'

// The tables as queries see them. Both drivers read every integer as a bigint, so that no amount passes through a
// float; flags are 0 and 1, moments are milliseconds, and JSON is text.

type Int = ColumnType<bigint, number | bigint, number | bigint>
type NullableInt = ColumnType<bigint | null, number | bigint | null, number | bigint | null>

/** The tables of the newest migration. @see migrations/ */
export type Schema = {
  workspace: {
    id: string
    name: string
    budget_limit: NullableInt
    budget_reset: string | null
    created_at: Int
  }
  user_account: {
    id: string
    workspace_id: string
    name: string
    email: string | null
    role: string
    disabled_at: NullableInt
    created_at: Int
    deleted_at: NullableInt
    guest: Generated<bigint>
  }
  api_key: {
    seq: Generated<bigint>
    hash: string
    mac: string
    pepper_version: Int
    cap_id: string
    workspace_id: string
    user_id: string
    kind: string
    name: string
    label: string
    environment: string
    limit_amount: NullableInt
    reset: string | null
    policy: string
    app_id: NullableInt
    hidden: Int
    disabled: Int
    created_at: Int
    updated_at: NullableInt
    expires_at: NullableInt
    revoked_at: NullableInt
    rotated_from: string | null
    bound_to: string | null
  }
  credit: {
    seq: Generated<bigint>
    workspace_id: string
    user_id: string
    amount: Int
    actor: string
    at: Int
  }
  spend: { kind: string; id: string; day: Int; amount: Int }
  hold: {
    call_id: string
    key_hash: string
    cap_id: string
    user_id: string
    workspace_id: string
    at: Int
    input: Int
    output: Int
    streamed: Int
    instance: Int
    draft: string
  }
  generation: {
    seq: Generated<bigint>
    id: string
    workspace_id: string
    user_id: string
    key_hash: string
    at: Int
    settled_at: Int
    model: string
    provider: string
    app_id: NullableInt
    upstream_id: string | null
    finish_reason: string | null
    native_finish_reason: string | null
    streamed: Int
    cancelled: Int
    status: Int
    latency_ms: Int
    first_event_ms: NullableInt
    generation_ms: Int
    tokens_prompt: Int
    tokens_completion: Int
    tokens_reasoning: Int
    tokens_cached: Int
    images_completion: Int
    error: string | null
    tags: string | null
    client: string
  }
  charge: {
    generation_seq: Int
    amount: Int
    overage: Int
    basis: string
    check_amount: NullableInt
    price_version: string
    reach: string
    lines: string
  }
  attempt: {
    generation_seq: Int
    number: Int
    endpoint: string
    provider: string
    credential_id: string | null
    reach: string
    status: NullableInt
    outcome: string
    error: string | null
    latency_ms: Int
  }
  explanation: { generation_seq: Int; at: Int; body: Uint8Array }
  app: { id: Generated<bigint>; workspace_id: string; referer: string; title: string | null }
  audit: {
    seq: Int
    at: Int
    actor: string
    workspace_id: string
    action: string
    object: string
    outcome: string
    details: string
    prev: string
    hash: string
  }
  audit_seal: {
    id: Int
    seq: Int
    hash: string
    since: Int
    broken_at: NullableInt
    key_version: Int
    mac: string
  }
  data_key: {
    seq: Generated<bigint>
    id: string
    workspace_id: string
    user_id: string | null
    wrapped: Uint8Array
    kek_version: Int
    created_at: Int
  }
  credential: {
    seq: Generated<bigint>
    id: string
    workspace_id: string
    user_id: string | null
    provider: string
    name: string
    origin: string
    reach: string
    base_url: string
    sealed: Uint8Array | null
    reference: string | null
    dek_id: string | null
    hint: string
    priority: Int
    allow_private: Int
    disabled_at: NullableInt
    created_at: Int
    updated_at: NullableInt
    last_used_at: NullableInt
    last_error: string | null
  }
  custom_provider: {
    id: string
    workspace_id: string
    base_url: string
    allow_private: Int
    free: Int
    created_at: Int
  }
  setup_token: { hash: string; workspace_id: string; user_id: string; expires_at: Int; redeemed_at: NullableInt }
  setting: { name: string; value: string }
  visitor: {
    user_id: string
    workspace_id: string
    created_at: Int
    issuer: string | null
    issuer_url: string | null
    account_id: string | null
  }
  session: {
    id: string
    mac: string
    workspace_id: string
    user_id: string
    method: string
    authenticated_at: Int
    created_at: Int
    last_seen_at: Int
    expires_at: Int
    ip: string | null
    user_agent: string | null
  }
  password: {
    user_id: string
    workspace_id: string
    login: string
    cost: Int
    block_size: Int
    parallelism: Int
    salt: Uint8Array
    hash: Uint8Array
    changed_at: Int
  }
  passkey: {
    id: string
    workspace_id: string
    user_id: string
    name: string
    rp_id: string
    public_key: Uint8Array
    counter: Int
    transports: string
    synced: Int
    created_at: Int
    last_used_at: NullableInt
  }
  identity: {
    id: string
    workspace_id: string
    user_id: string
    provider: string
    issuer: string
    subject: string
    label: string | null
    created_at: Int
    last_used_at: NullableInt
  }
  mail_token: {
    hash: string
    workspace_id: string
    user_id: string
    purpose: string
    email: string
    expires_at: Int
  }
  verified_email: { user_id: string; workspace_id: string; email: string; verified_at: Int }
  second_factor: {
    user_id: string
    workspace_id: string
    sealed: Uint8Array
    last_step: NullableInt
    created_at: Int
    confirmed_at: NullableInt
  }
  recovery_code: { mac: string; user_id: string; workspace_id: string; created_at: Int; used_at: NullableInt }
  used_challenge: { hash: string; expires_at: Int }
  daily_message: { user_id: string; day: Int; used: Int }
  connect_flow: {
    seq: Generated<bigint>
    id: string
    workspace_id: string
    user_id: string
    issuer: string
    issuer_url: string
    state_hash: string | null
    cookie_hash: string | null
    verifier: Uint8Array | null
    return_to: string
    created_at: Int
    expires_at: Int
    consumed_at: NullableInt
    outcome: string | null
    pending: Uint8Array | null
  }
  connection: {
    credential_id: string
    workspace_id: string
    user_id: string
    issuer: string
    issuer_url: string
    state: string
    account_id: string | null
    email: string | null
    key_hash: string
    previous_key_hash: string | null
    label: string | null
    limit_amount: NullableInt
    remaining_amount: NullableInt
    reset: string | null
    free_tier: NullableInt
    key_expires_at: NullableInt
    connected_at: Int
    checked_at: NullableInt
    ended_at: NullableInt
    key_ended: Int
  }
  folder: { user_id: string; id: string; workspace_id: string; name: string; created_at: Int }
  conversation: {
    user_id: string
    id: string
    workspace_id: string
    title: string
    pinned: Int
    archived: Int
    temporary_until: NullableInt
    folder_id: string | null
    settings: string
    active_leaf_id: string | null
    cost: Int
    created_at: Int
    updated_at: Int
    revision: Int
    deleted_at: NullableInt
    purge_at: NullableInt
  }
  message: {
    seq: Generated<bigint>
    user_id: string
    id: string
    workspace_id: string
    conversation_id: string
    parent_id: string | null
    ask_id: string
    role: string
    version: Int
    status: string
    model: string | null
    group_id: string | null
    prompt_version_id: string | null
    generation_id: string | null
    figures: string | null
    failure: string | null
    instance: Int
    deltas: Int
    created_at: Int
    parts: string
  }
  attachment: {
    user_id: string
    id: string
    workspace_id: string
    name: string
    media_type: string
    bytes: Int
    created_at: Int
    body: Uint8Array
  }
  attachment_use: { user_id: string; attachment_id: string; conversation_id: string; workspace_id: string }
  prompt: {
    user_id: string
    id: string
    workspace_id: string
    slug: string
    title: string
    version_id: string
    created_at: Int
    updated_at: Int
  }
  prompt_version: {
    user_id: string
    id: string
    prompt_id: string
    workspace_id: string
    version: Int
    text: string
    created_at: Int
  }
  preference: {
    user_id: string
    workspace_id: string
    data_collection: string
    default_model: string | null
    favourite_models: string
    updated_at: Int
  }
  /** PostgreSQL's has a column `words` besides; SQLite keeps the words in the virtual table chat_words. */
  chat_text: {
    seq: Generated<bigint>
    user_id: string
    workspace_id: string
    conversation_id: string
    message_id: string | null
  }
  auth_transaction: {
    seq: Generated<bigint>
    id: string
    browser_hash: string
    request: string
    logo: Uint8Array | null
    created_at: Int
    expires_at: Int
    decided_at: NullableInt
    decision: string | null
    decided_by: string | null
  }
  auth_code: {
    seq: Generated<bigint>
    hash: string
    workspace_id: string
    user_id: string
    app_id: Int
    flow: string
    callback_url: string | null
    client_id: string | null
    client_name: string | null
    challenge: string | null
    method: string | null
    terms: string
    created_at: Int
    expires_at: Int
    consumed_at: NullableInt
    failures: Int
    key_hash: string | null
    delivered_at: NullableInt
    bound_to: string | null
  }
  auth_grant: {
    key_hash: string
    workspace_id: string
    user_id: string
    app_id: Int
    flow: string
    callback_url: string | null
    client_id: string | null
    client_name: string | null
    weak: string | null
    identity: string
    created_at: Int
  }
}
