/** What each route of the API does, for /openapi.json. A route that is not here fails a test. */
export type Operation = {
  summary: string
  /** Names of a component schema. */
  body?: string
  result?: string
  /** Of a refusal, where it is not 'Error'. */
  error?: string
  query?: readonly { name: string; description: string; required?: true }[]
}

/** By method and path, without the API prefix. */
export const OPERATIONS: Readonly<Record<string, Operation>> = {
  'POST /chat/completions': {
    summary: 'Ask a model. Streams server-sent events when "stream" is true.',
    body: 'ChatRequest',
    result: 'ChatCompletion',
  },
  'POST /messages': {
    summary: 'Ask a model as Anthropic’s Messages have it. Streams server-sent events when "stream" is true.',
    body: 'MessagesRequest',
    result: 'AnthropicMessage',
    error: 'AnthropicError',
  },
  'POST /messages/count_tokens': {
    summary: 'How many tokens such a request would be read as; the header x-keyway-token-count says who counted.',
    body: 'MessagesRequest',
    result: 'TokenCount',
    error: 'AnthropicError',
  },
  'POST /responses': {
    summary:
      'Ask a model as OpenAI’s Responses have it, without stored answers. Streams server-sent events when "stream" is true.',
    body: 'ResponsesRequest',
    result: 'Response',
  },
  'GET /models': {
    summary: 'The models that this key can call now.',
    result: 'ModelList',
    query: [
      { name: 'offset', description: 'Skip this many; pagination is opt-in.' },
      { name: 'limit', description: '1 to 1000.' },
      { name: 'q', description: 'Words that the id or the name contains.' },
      { name: 'output_modalities', description: 'text (the default), another modality, or all.' },
    ],
  },
  'GET /models/count': { summary: 'How many models this key can call now.', result: 'Count' },
  'GET /models/*': {
    summary: 'The endpoints of a model: /models/{author}/{slug}/endpoints.',
    result: 'ModelEndpoints',
  },
  'GET /model/*': { summary: 'One model: /model/{author}/{slug}.', result: 'ModelAnswer' },
  'GET /key': { summary: 'The calling key: its cap, what is left of it, and what it has spent.', result: 'CurrentKey' },
  'GET /auth/key': { summary: 'Alias of /key.', result: 'CurrentKey' },
  'POST /auth/keys': {
    summary: 'Exchange an authorization code for a key. No key is needed; any Content-Type is read as JSON.',
    body: 'CodeExchange',
    result: 'ExchangedKey',
  },
  'POST /auth/keys/code': {
    summary: 'Make an authorization code without a page, for a program that acts for its user.',
    body: 'NewCode',
    result: 'CodeAnswer',
  },
  'GET /auth/user': {
    summary: 'Who the key\u2019s person is; for an app\u2019s key, where the person allowed it.',
    result: 'UserAnswer',
  },
  'GET /keys': {
    summary: 'Keys of the workspace, newest first, 100 at a time.',
    result: 'KeyList',
    query: [
      { name: 'offset', description: 'Skip this many.' },
      { name: 'include_disabled', description: 'true lists disabled keys too.' },
    ],
  },
  'POST /keys': {
    summary: 'Make a key. Its text is in this answer and nowhere else.',
    body: 'NewKey',
    result: 'IssuedKey',
  },
  'GET /keys/:hash': { summary: 'One key, by its hash.', result: 'KeyAnswer' },
  'PATCH /keys/:hash': { summary: 'Change a key\u2019s name, cap or state.', body: 'KeyPatch', result: 'KeyAnswer' },
  'DELETE /keys/:hash': { summary: 'Revoke a key. Its ledger stays.', result: 'Deleted' },
  'GET /credits': { summary: 'Credit granted in the workspace, and what was spent.', result: 'Credits' },
  'GET /generation': {
    summary: 'What one call used, cost, and why it went where it went.',
    result: 'GenerationAnswer',
    query: [{ name: 'id', description: 'The id of the completion: gen-...', required: true }],
  },
  'GET /chat/conversations': {
    summary:
      'Conversations of the key\u2019s person, pinned first, then the latest used. Needs the scope chat, as all of /chat but completions.',
    result: 'ConversationList',
    query: [
      { name: 'archived', description: 'true lists the archived ones.' },
      { name: 'folder', description: 'Those of one folder, by its id.' },
      { name: 'before', description: 'The next page: what next said.' },
      { name: 'limit', description: '1 to 200.' },
    ],
  },
  'POST /chat/conversations': {
    summary: 'Make an empty conversation. The same id again gives the one that stands.',
    body: 'NewConversation',
    result: 'Conversation',
  },
  'GET /chat/conversations/:id': { summary: 'A conversation with all its messages.', result: 'WholeConversation' },
  'PATCH /chat/conversations/:id': {
    summary: 'Change a conversation\u2019s title, place or settings.',
    body: 'ConversationPatch',
    result: 'Conversation',
  },
  'DELETE /chat/conversations/:id': {
    summary: 'Delete a conversation. The app can have it back for a day.',
    result: 'Deleted',
  },
  'POST /chat/conversations/:id/messages': {
    summary: 'Add messages that were written elsewhere, one under the other. Asks no model.',
    body: 'NewMessages',
    result: 'AddedMessages',
  },
  'GET /chat/prompts': { summary: 'The person\u2019s prompts, by slug.', result: 'PromptList' },
  'POST /chat/prompts': { summary: 'Add a prompt.', body: 'NewPrompt', result: 'Prompt' },
  'PATCH /chat/prompts/:id': {
    summary: 'Change a prompt. Another text makes a version.',
    body: 'PromptPatch',
    result: 'Prompt',
  },
  'DELETE /chat/prompts/:id': { summary: 'Delete a prompt with its versions.', result: 'Done' },
  'GET /chat/prompts/:id/versions': {
    summary: 'The versions of a prompt, the newest first.',
    result: 'PromptVersionList',
  },
  'GET /datasets/app-rankings': {
    summary: 'The apps that used most, by their address; none of those on people\u2019s own computers.',
    result: 'AppRankings',
    query: [
      { name: 'period', description: 'Keyway\u2019s own: day, week or month: whole days of UTC, today included.' },
      { name: 'start_date', description: 'The first day, in UTC. Default: 30 days before the last.' },
      { name: 'end_date', description: 'The last day, in UTC. Default: yesterday.' },
      {
        name: 'sort',
        description: 'popular, or trending: by how much more than on average in the three windows before.',
      },
      { name: 'category', description: 'No app has one here, so the list is empty.' },
      { name: 'subcategory', description: 'As category.' },
      { name: 'limit', description: '1 to 100.' },
      { name: 'offset', description: 'Skip this many.' },
    ],
  },
  'GET /providers': { summary: 'The providers that Keyway knows.', result: 'ProviderList' },
  'GET /health': { summary: 'Is the process there? Nothing else is asked.', result: 'Health' },
  'GET /health/liveliness': { summary: 'Alias of /health.', result: 'Health' },
  'GET /health/liveness': { summary: 'Alias of /health.', result: 'Health' },
  'GET /ready': { summary: 'Database, root key, draining. 503 when not ready.', result: 'Health' },
  'GET /health/readiness': { summary: 'Alias of /ready.', result: 'Health' },
  'GET /metrics': { summary: 'Prometheus metrics.' },
  'GET /openapi.json': { summary: 'This document.' },
}
