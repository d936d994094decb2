import { EITHER_LIMIT_DIALECT, MAX_TOKENS_DIALECT, OPENAI_DIALECT } from './dialects.ts'
import { CHAT, MESSAGES, RESPONSES } from './doors.ts'
import type { Provider, ProviderAuth } from './provider.ts'

const BEARER: ProviderAuth = { header: 'authorization', prefix: 'Bearer ' }
/** Anthropic's own API takes the key in a header of its own. @see https://platform.claude.com/docs/en/api/overview (read 2026-11-29) */
const NATIVE_ANTHROPIC: ProviderAuth = { header: 'x-api-key', prefix: '' }

/** What most rows have in common. */
const USUAL = {
  formats: { 'openai-chat': CHAT },
  auth: BEARER,
  billing: 'computed',
  free: false,
  honoursOutputLimit: true,
  check: { method: 'GET', path: '/models' },
  attribution: false,
  discovers: false,
  privacyPolicyUrl: null,
  termsOfServiceUrl: null,
  statusPageUrl: null,
} as const satisfies Partial<Provider>

/**
 * The providers that Keyway knows by name; `docs` are the pages that say how each one differs. Read for this table on
 * 2026-11-21: those of anthropic (compatibility), groq, deepinfra and perplexity. The other rows rest on what these
 * providers are known to do and on reports of it, and want checking against a real key. Where nothing is known of how a
 * field is treated, the row leaves the field alone.
 */
export const PROVIDER_ROWS: readonly Provider[] = [
  {
    ...USUAL,
    id: 'openai',
    name: 'OpenAI',
    baseUrl: 'https://api.openai.com/v1',
    formats: { 'openai-chat': CHAT, 'openai-responses': RESPONSES },
    env: ['OPENAI_API_KEY'],
    keyPrefixes: ['sk-', 'sk-proj-', 'sk-svcacct-', 'sk-admin-'],
    // Reasoning models refuse max_tokens; every model takes the newer name, which counts the reasoning too.
    dialect: OPENAI_DIALECT,
    docs: [
      'https://developers.openai.com/api/reference/resources/chat',
      'https://developers.openai.com/api/docs/guides/reasoning',
      'https://platform.openai.com/docs/api-reference/responses',
    ],
    privacyPolicyUrl: 'https://openai.com/policies/privacy-policy/',
    termsOfServiceUrl: 'https://openai.com/policies/services-agreement/',
    statusPageUrl: 'https://status.openai.com/',
  },
  {
    ...USUAL,
    id: 'anthropic',
    name: 'Anthropic',
    baseUrl: 'https://api.anthropic.com/v1',
    formats: {
      'openai-chat': CHAT,
      // The version is that which the documentation's requests name, for clients that name none.
      'anthropic-messages': {
        ...MESSAGES,
        counts: '/messages/count_tokens',
        // It fills the prompt cache so. @see https://platform.claude.com/docs/en/build-with-claude/prompt-caching
        takesZero: true,
        auth: NATIVE_ANTHROPIC,
        headers: { 'anthropic-version': '2023-06-01' },
      },
    },
    env: ['ANTHROPIC_API_KEY'],
    keyPrefixes: ['sk-ant-'],
    // The compatibility layer takes both names of the limit and ignores what it does not support, so nothing is dropped.
    dialect: EITHER_LIMIT_DIALECT,
    // The list of models belongs to the native API, which takes the key in its own header and wants a version.
    check: {
      method: 'GET',
      path: '/models?limit=1',
      auth: NATIVE_ANTHROPIC,
      headers: { 'anthropic-version': '2023-06-01' },
    },
    docs: ['https://platform.claude.com/docs/en/api/openai-sdk', 'https://platform.claude.com/docs/en/api/models-list'],
    privacyPolicyUrl: 'https://www.anthropic.com/legal/privacy',
    termsOfServiceUrl: 'https://www.anthropic.com/legal/commercial-terms',
    statusPageUrl: 'https://status.claude.com/',
  },
  {
    ...USUAL,
    id: 'google',
    name: 'Google AI Studio',
    baseUrl: 'https://generativelanguage.googleapis.com/v1beta/openai',
    env: ['GEMINI_API_KEY', 'GOOGLE_API_KEY'],
    keyPrefixes: ['AIza', 'AQ.'],
    dialect: {
      ...EITHER_LIMIT_DIALECT,
      // Fields that the endpoint does not know are refused with 400 "Unknown name".
      drop: [
        'frequency_penalty',
        'presence_penalty',
        'seed',
        'logit_bias',
        'logprobs',
        'top_logprobs',
        'user',
        'store',
        'metadata',
        'service_tier',
      ],
      // Thoughts are counted in total_tokens alone, as candidatesTokenCount and thoughtsTokenCount are natively apart.
      reasoningOutside: true,
    },
    docs: ['https://ai.google.dev/gemini-api/docs/openai', 'https://ai.google.dev/gemini-api/docs/tokens'],
    privacyPolicyUrl: 'https://policies.google.com/privacy',
    termsOfServiceUrl: 'https://ai.google.dev/gemini-api/terms',
    statusPageUrl: 'https://aistudio.google.com/status',
  },
  {
    ...USUAL,
    id: 'groq',
    name: 'Groq',
    baseUrl: 'https://api.groq.com/openai/v1',
    formats: { 'openai-chat': CHAT, 'openai-responses': RESPONSES },
    env: ['GROQ_API_KEY'],
    keyPrefixes: ['gsk_'],
    dialect: { ...OPENAI_DIALECT, drop: ['logprobs', 'logit_bias', 'top_logprobs'] },
    docs: [
      'https://console.groq.com/docs/openai',
      'https://console.groq.com/docs/api-reference#chat-create',
      'https://console.groq.com/docs/responses-api',
    ],
    privacyPolicyUrl: 'https://groq.com/privacy-policy',
    termsOfServiceUrl: 'https://groq.com/terms-of-use',
    statusPageUrl: 'https://groqstatus.com/',
  },
  {
    ...USUAL,
    id: 'cerebras',
    name: 'Cerebras',
    baseUrl: 'https://api.cerebras.ai/v1',
    env: ['CEREBRAS_API_KEY'],
    keyPrefixes: ['csk-'],
    dialect: { ...OPENAI_DIALECT, drop: ['frequency_penalty', 'logit_bias', 'presence_penalty', 'service_tier'] },
    docs: [
      'https://inference-docs.cerebras.ai/resources/openai',
      'https://inference-docs.cerebras.ai/api-reference/chat-completions',
    ],
    privacyPolicyUrl: 'https://www.cerebras.ai/privacy-policy',
    termsOfServiceUrl: 'https://www.cerebras.ai/terms-of-service',
    statusPageUrl: 'https://status.cerebras.ai/',
  },
  {
    ...USUAL,
    id: 'deepinfra',
    name: 'DeepInfra',
    baseUrl: 'https://api.deepinfra.com/v1/openai',
    env: ['DEEPINFRA_API_KEY', 'DEEPINFRA_TOKEN'],
    keyPrefixes: [],
    dialect: MAX_TOKENS_DIALECT,
    // Its list of models needs no key; the account's own page does.
    check: { method: 'GET', path: '../me' },
    // Its prices come with its list.
    discovers: true,
    docs: ['https://deepinfra.com/docs/advanced/openai_api', 'https://deepinfra.com/docs/inference'],
    privacyPolicyUrl: 'https://deepinfra.com/privacy',
    termsOfServiceUrl: 'https://deepinfra.com/terms',
    statusPageUrl: 'https://status.deepinfra.com/',
  },
  {
    ...USUAL,
    id: 'mistral',
    name: 'Mistral',
    baseUrl: 'https://api.mistral.ai/v1',
    env: ['MISTRAL_API_KEY'],
    keyPrefixes: [],
    // It refuses every field that it does not list with 422, and its seed is called random_seed.
    dialect: {
      ...MAX_TOKENS_DIALECT,
      streamUsage: 'always',
      drop: [
        'seed',
        'user',
        'logit_bias',
        'logprobs',
        'top_logprobs',
        'store',
        'service_tier',
        'verbosity',
        'modalities',
      ],
    },
    docs: ['https://docs.mistral.ai/api/endpoint/chat', 'https://docs.mistral.ai/resources/known-issues'],
    privacyPolicyUrl: 'https://legal.mistral.ai/terms/privacy-policy',
    termsOfServiceUrl: 'https://legal.mistral.ai/terms',
    statusPageUrl: 'https://status.mistral.ai/',
  },
  {
    ...USUAL,
    id: 'xai',
    name: 'xAI',
    baseUrl: 'https://api.x.ai/v1',
    formats: { 'openai-chat': CHAT, 'openai-responses': RESPONSES },
    env: ['XAI_API_KEY'],
    keyPrefixes: ['xai-'],
    // completion_tokens is the visible answer alone; total_tokens has the reasoning as well.
    dialect: { ...OPENAI_DIALECT, reasoningOutside: true, drop: ['logit_bias'] },
    check: { method: 'GET', path: '/api-key' },
    docs: [
      'https://docs.x.ai/docs/api-reference#chat-completions',
      'https://docs.x.ai/docs/key-information/consumption-and-rate-limits',
      'https://docs.x.ai/developers/model-capabilities/text/generate-text',
    ],
    privacyPolicyUrl: 'https://x.ai/legal/privacy-policy',
    termsOfServiceUrl: 'https://x.ai/legal/terms-of-service-enterprise',
    statusPageUrl: 'https://status.x.ai/',
  },
  {
    ...USUAL,
    id: 'deepseek',
    name: 'DeepSeek',
    baseUrl: 'https://api.deepseek.com/v1',
    formats: { 'openai-chat': CHAT, 'anthropic-messages': { path: '../anthropic/v1/messages' } },
    env: ['DEEPSEEK_API_KEY'],
    // Its keys begin with sk-, as OpenAI's do, so they cannot be recognised.
    keyPrefixes: [],
    dialect: MAX_TOKENS_DIALECT,
    docs: [
      'https://api-docs.deepseek.com/api/create-chat-completion',
      'https://api-docs.deepseek.com/api/list-models',
      'https://api-docs.deepseek.com/guides/anthropic_api',
    ],
    privacyPolicyUrl: 'https://cdn.deepseek.com/policies/en-US/deepseek-privacy-policy.html',
    termsOfServiceUrl: 'https://cdn.deepseek.com/policies/en-US/deepseek-open-platform-terms-of-service.html',
    statusPageUrl: 'https://status.deepseek.com/',
  },
  {
    ...USUAL,
    id: 'together',
    name: 'Together',
    baseUrl: 'https://api.together.xyz/v1',
    env: ['TOGETHER_API_KEY'],
    keyPrefixes: ['tgp_v1_'],
    dialect: MAX_TOKENS_DIALECT,
    discovers: true,
    docs: ['https://docs.together.ai/reference/chat-completions-1', 'https://docs.together.ai/reference/models-1'],
    privacyPolicyUrl: 'https://www.together.ai/privacy',
    termsOfServiceUrl: 'https://www.together.ai/terms-of-service',
    statusPageUrl: 'https://status.together.ai/',
  },
  {
    ...USUAL,
    id: 'fireworks',
    name: 'Fireworks',
    baseUrl: 'https://api.fireworks.ai/inference/v1',
    formats: { 'openai-chat': CHAT, 'anthropic-messages': MESSAGES, 'openai-responses': RESPONSES },
    env: ['FIREWORKS_API_KEY'],
    keyPrefixes: ['fw_'],
    dialect: MAX_TOKENS_DIALECT,
    docs: [
      'https://docs.fireworks.ai/api-reference/post-chatcompletions',
      'https://docs.fireworks.ai/tools-sdks/openai-compatibility',
      'https://docs.fireworks.ai/tools-sdks/anthropic-compatibility',
      'https://docs.fireworks.ai/guides/response-api',
    ],
    privacyPolicyUrl: 'https://fireworks.ai/privacy-policy',
    termsOfServiceUrl: 'https://fireworks.ai/terms-of-service',
    statusPageUrl: 'https://status.fireworks.ai/',
  },
  {
    ...USUAL,
    id: 'perplexity',
    name: 'Perplexity',
    baseUrl: 'https://api.perplexity.ai',
    env: ['PERPLEXITY_API_KEY'],
    keyPrefixes: ['pplx-'],
    // Every chunk carries usage. The pages of one other gateway say that this interface ended in September 2026; its own
    // page still says that it is supported.
    dialect: { ...MAX_TOKENS_DIALECT, streamUsage: 'ignored' },
    // The list of one's own asynchronous requests: costs nothing, and needs a key, which its list of models does not.
    check: { method: 'GET', path: '/v1/async/sonar' },
    docs: [
      'https://docs.perplexity.ai/api-reference/chat-completions-post',
      'https://docs.perplexity.ai/api-reference/async-sonar-get',
      'https://docs.perplexity.ai/docs/agent-api/migrate-from-sonar',
    ],
    privacyPolicyUrl: 'https://www.perplexity.ai/hub/legal/privacy-policy',
    termsOfServiceUrl: 'https://www.perplexity.ai/hub/legal/perplexity-api-terms-of-service',
    statusPageUrl: 'https://status.perplexity.com/',
  },
  {
    ...USUAL,
    id: 'openrouter',
    name: 'OpenRouter',
    baseUrl: 'https://openrouter.ai/api/v1',
    formats: { 'openai-chat': CHAT, 'anthropic-messages': MESSAGES, 'openai-responses': RESPONSES },
    env: ['OPENROUTER_API_KEY'],
    keyPrefixes: ['sk-or-v1-', 'sk-or-'],
    dialect: { ...EITHER_LIMIT_DIALECT, streamUsage: 'ignored', keepsRoutingFields: true },
    billing: 'reported',
    // Its list of models needs no key, so it says nothing of one.
    check: { method: 'GET', path: '/key' },
    attribution: true,
    discovers: true,
    docs: [
      'https://openrouter.ai/docs/api-reference/overview',
      'https://openrouter.ai/docs/api-reference/parameters',
      'https://openrouter.ai/docs/api_reference/responses/overview',
    ],
    privacyPolicyUrl: 'https://openrouter.ai/privacy',
    termsOfServiceUrl: 'https://openrouter.ai/terms',
    statusPageUrl: 'https://status.openrouter.ai/',
  },
  {
    ...USUAL,
    id: 'ollama',
    name: 'Ollama',
    baseUrl: 'http://localhost:11434/v1',
    formats: {
      'openai-chat': CHAT,
      // It refuses a version older than this one.
      'anthropic-messages': { ...MESSAGES, headers: { 'anthropic-version': '2023-06-01' } },
      'openai-responses': RESPONSES,
    },
    auth: undefined,
    env: [],
    keyPrefixes: [],
    dialect: MAX_TOKENS_DIALECT,
    free: true,
    discovers: true,
    docs: ['https://docs.ollama.com/api/openai-compatibility', 'https://docs.ollama.com/api/anthropic-compatibility'],
  },
]
