const text = { type: 'string' }
const number = { type: 'number' }
const integer = { type: 'integer' }
const boolean = { type: 'boolean' }
const nullable = (type: string) => ({ type: [type, 'null'] })
const object = (properties: Record<string, unknown>, required: readonly string[] = Object.keys(properties)) => ({
  type: 'object',
  properties,
  required,
})
const list = (items: unknown) => ({ type: 'array', items })
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` })
const data = (schema: unknown) => object({ data: schema })
const reset = { enum: ['daily', 'weekly', 'monthly', null] }

/** What only Keyway takes of a key; OpenRouter's clients send none of it. */
const lists = {
  ...object(
    {
      models: { ...list(text), type: ['array', 'null'], description: 'Model ids or author/* patterns; null: all.' },
      ips: { ...list(text), type: ['array', 'null'], description: 'Addresses or ranges that may call; null: all.' },
    },
    [],
  ),
  description: 'Keyway\u2019s own.',
}

const spent = Object.fromEntries(
  [
    'usage',
    'usage_daily',
    'usage_weekly',
    'usage_monthly',
    'byok_usage',
    'byok_usage_daily',
    'byok_usage_weekly',
    'byok_usage_monthly',
  ].map((name) => [name, number]),
)

const chatSettings = object({ models: list(text), system_prompt: text, parameters: { type: 'object' } }, [])
const conversation = object({
  id: text,
  title: text,
  pinned: boolean,
  archived: boolean,
  temporary: boolean,
  folder_id: nullable('string'),
  settings: chatSettings,
  active_leaf_id: nullable('string'),
  streaming: boolean,
  cost_usd: { ...text, description: 'US dollars, as a decimal' },
  created_at: text,
  updated_at: text,
  revision: integer,
})

/** The shapes of the API. Chat requests and answers are the provider's own beyond these fields: unknown ones pass. */
export const SCHEMAS: Readonly<Record<string, unknown>> = {
  AppRankings: object({
    data: list(object({ rank: integer, app_id: integer, app_name: text, total_requests: integer, total_tokens: text })),
    meta: object({ as_of: text, start_date: text, end_date: text, version: text }),
  }),
  Error: object({
    error: object({
      code: integer,
      message: text,
      metadata: object({ error_type: text, reason: text, fix: text, docs_url: text }),
    }),
  }),
  ChatRequest: {
    ...object(
      {
        model: { ...text, description: 'author/slug' },
        models: list(text),
        messages: { ...list({ type: 'object' }), minItems: 1 },
        stream: boolean,
        max_tokens: integer,
        max_completion_tokens: integer,
        n: integer,
        tools: list({ type: 'object' }),
        provider: { type: 'object', description: 'Routing preferences, as OpenRouter takes them.' },
        user: text,
        metadata: { type: 'object' },
      },
      ['messages'],
    ),
    additionalProperties: true,
  },
  ChatCompletion: object({
    id: text,
    object: { const: 'chat.completion' },
    created: integer,
    model: text,
    provider: text,
    system_fingerprint: nullable('string'),
    choices: list({ type: 'object' }),
    usage: object({
      prompt_tokens: integer,
      completion_tokens: integer,
      total_tokens: integer,
      cost: number,
      is_byok: boolean,
    }),
  }),
  MessagesRequest: {
    ...object(
      {
        model: { ...text, description: 'author/slug, or Anthropic’s own name' },
        models: list(text),
        max_tokens: integer,
        system: { description: 'A text, or text blocks.' },
        messages: { ...list({ type: 'object' }), minItems: 1 },
        stream: boolean,
        tools: list({ type: 'object' }),
        thinking: { type: 'object' },
        provider: { type: 'object', description: 'Routing preferences, as OpenRouter takes them.' },
        metadata: object({ user_id: text }),
      },
      ['messages'],
    ),
    additionalProperties: true,
  },
  AnthropicMessage: object({
    id: text,
    type: { const: 'message' },
    role: { const: 'assistant' },
    model: text,
    content: list({ type: 'object' }),
    stop_reason: nullable('string'),
    stop_sequence: nullable('string'),
    usage: object({ input_tokens: integer, output_tokens: integer, cost: number, is_byok: boolean }),
  }),
  TokenCount: object({ input_tokens: integer }),
  AnthropicError: object({
    type: { const: 'error' },
    error: object({ type: text, message: text, error_type: text }),
    request_id: text,
    metadata: object({ reason: text, fix: text, docs_url: text }),
  }),
  ResponsesRequest: {
    ...object(
      {
        model: { ...text, description: 'author/slug' },
        models: list(text),
        input: { description: 'A text, or the items of the whole conversation.' },
        instructions: text,
        stream: boolean,
        store: { const: false, description: 'No answers are kept.' },
        include: list(text),
        max_output_tokens: integer,
        reasoning: { type: 'object' },
        tools: list({ type: 'object' }),
        provider: { type: 'object', description: 'Routing preferences, as OpenRouter takes them.' },
        user: text,
        metadata: { type: 'object' },
      },
      ['input'],
    ),
    additionalProperties: true,
  },
  Response: object({
    id: text,
    object: { const: 'response' },
    created_at: integer,
    status: text,
    model: text,
    output: list({ type: 'object' }),
    error: { type: ['object', 'null'] },
    incomplete_details: { type: ['object', 'null'] },
    usage: object({
      input_tokens: integer,
      output_tokens: integer,
      total_tokens: integer,
      cost: number,
      is_byok: boolean,
    }),
  }),
  Model: object({
    id: text,
    canonical_slug: text,
    name: text,
    created: integer,
    context_length: nullable('integer'),
    architecture: { type: 'object' },
    pricing: { type: 'object', additionalProperties: { ...text, description: 'US dollars per unit, as a decimal' } },
    top_provider: { type: 'object' },
    supported_parameters: list(text),
    links: { type: 'object' },
  }),
  ModelList: object({ data: list(ref('Model')), total_count: integer, links: { type: 'object' } }),
  ModelAnswer: data(ref('Model')),
  ModelEndpoints: data(object({ id: text, name: text, created: integer, endpoints: list({ type: 'object' }) })),
  Count: data(object({ count: integer })),
  CurrentKey: data(
    object({
      label: text,
      limit: nullable('number'),
      limit_remaining: nullable('number'),
      limit_reset: reset,
      ...spent,
      is_management_key: boolean,
    }),
  ),
  Key: object({
    hash: text,
    label: text,
    name: text,
    disabled: boolean,
    limit: nullable('number'),
    limit_remaining: nullable('number'),
    limit_reset: reset,
    ...spent,
    created_at: text,
    updated_at: nullable('string'),
    workspace_id: text,
    keyway: { type: 'object', description: 'What only Keyway knows of a key: kind, models, reaches, ips and so on.' },
  }),
  KeyList: data(list(ref('Key'))),
  KeyAnswer: data(ref('Key')),
  IssuedKey: object({ data: ref('Key'), key: text }),
  NewKey: object(
    { name: text, limit: nullable('number'), limit_reset: reset, expires_at: nullable('string'), keyway: lists },
    ['name'],
  ),
  CodeExchange: object({ code: text, code_verifier: nullable('string'), code_challenge_method: nullable('string') }, [
    'code',
  ]),
  ExchangedKey: object({ key: text, user_id: nullable('string') }),
  NewCode: object(
    {
      callback_url: text,
      code_challenge: text,
      code_challenge_method: text,
      key_label: text,
      limit: number,
      usage_limit_type: text,
      expires_at: nullable('string'),
      workspace_id: text,
    },
    ['callback_url'],
  ),
  CodeAnswer: data(object({ id: text, app_id: integer, created_at: text })),
  UserAnswer: object({ id: text, user_id: text, name: text, email: nullable('string') }),
  KeyPatch: object({ name: text, disabled: boolean, limit: nullable('number'), limit_reset: reset, keyway: lists }, []),
  Deleted: object({ deleted: boolean }),
  Credits: data(object({ total_credits: number, total_usage: number })),
  GenerationAnswer: data(
    object({
      id: text,
      model: text,
      provider_name: text,
      total_cost: number,
      tokens_prompt: integer,
      tokens_completion: integer,
    }),
  ),
  Conversation: conversation,
  ConversationList: object({ data: list(ref('Conversation')), next: nullable('string') }),
  NewConversation: object({ id: text, folder_id: nullable('string'), settings: chatSettings }, []),
  ConversationPatch: object(
    {
      title: text,
      pinned: boolean,
      archived: boolean,
      folder_id: nullable('string'),
      active_leaf_id: text,
      settings: chatSettings,
    },
    [],
  ),
  Message: object({
    id: text,
    conversation_id: text,
    parent_id: nullable('string'),
    role: { enum: ['user', 'assistant', 'tool'] },
    parts: list({ type: 'object', description: 'By kind: text, reasoning, image, file, tool_call, ...' }),
    status: { enum: ['streaming', 'done', 'stopped', 'interrupted', 'failed'] },
    model: nullable('string'),
    group_id: nullable('string'),
    prompt_version_id: nullable('string'),
    figures: nullable('object'),
    failure: nullable('object'),
    created_at: text,
  }),
  WholeConversation: object({ conversation: ref('Conversation'), messages: list(ref('Message')) }),
  NewMessages: object(
    {
      id: { ...text, description: 'A UUID of the request: the same again adds nothing.' },
      parent_id: { ...nullable('string'), description: 'Left out: the end of the branch that is shown.' },
      messages: list(
        object({ role: { enum: ['user', 'assistant'] }, content: text, model: nullable('string') }, [
          'role',
          'content',
        ]),
      ),
    },
    ['messages'],
  ),
  AddedMessages: object({ messages: list(ref('Message')), conversation: ref('Conversation') }),
  Prompt: object({
    id: text,
    slug: text,
    title: text,
    text,
    version_id: text,
    version: integer,
    updated_at: text,
  }),
  PromptList: data(list(ref('Prompt'))),
  NewPrompt: object({ slug: text, title: text, text }),
  PromptPatch: object({ slug: text, title: text, text }, []),
  PromptVersionList: data(list(object({ id: text, version: integer, text, created_at: text }))),
  Done: object({ done: boolean }),
  ProviderList: data(list(object({ name: text, slug: text }))),
  Health: object({ status: text }),
}
