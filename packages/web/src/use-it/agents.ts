import { assign, openaiUrl, type Place, type Tool, word } from './tool.ts'

/** Programs that write code. */
export const AGENTS: readonly Tool[] = [
  { id: 'claudeCode', name: 'Claude Code', speaks: 'messages', write: claudeCode },
  { id: 'codex', name: 'Codex', speaks: 'responses', write: codex },
  { id: 'cursor', name: 'Cursor', speaks: 'chat', write: form },
  { id: 'openCode', name: 'OpenCode', speaks: 'chat', write: openCode },
  { id: 'cline', name: 'Cline', speaks: 'chat', write: form },
  { id: 'continue', name: 'Continue', speaks: 'chat', write: writeContinue },
  { id: 'aider', name: 'aider', speaks: 'chat', write: aider },
]

/**
 * It adds /v1/messages to the address itself, sends the token as a Bearer, and a key beside it would be sent as well. Its
 * sizes are named as this server names models. Seen to work with 2.1.332.
 * @see https://code.claude.com/docs/en/llm-gateway-connect (read 2026-11-29)
 */
function claudeCode({ origin, key, models, shell }: Place) {
  const { opus, sonnet, haiku } = models.messages ?? { opus: '', sonnet: '', haiku: '' }
  const lines = assign(shell, [
    ['ANTHROPIC_BASE_URL', origin],
    ['ANTHROPIC_AUTH_TOKEN', key],
    ['ANTHROPIC_API_KEY', ''],
    ...(models.messages === undefined
      ? []
      : ([
          ['ANTHROPIC_DEFAULT_OPUS_MODEL', opus],
          ['ANTHROPIC_DEFAULT_SONNET_MODEL', sonnet],
          ['ANTHROPIC_DEFAULT_HAIKU_MODEL', haiku],
          // Its list of models is then this server's: every Claude that the key can call.
          ['CLAUDE_CODE_ENABLE_GATEWAY_MODEL_DISCOVERY', '1'],
        ] as const)),
  ])
  return [{ code: [...lines, 'claude'].join('\n'), key: 'in it' as const }]
}

/**
 * Its file names the variable that the key is in; "responses" is the only protocol that it still takes. It offers every model a
 * search of the web, which has no price that a cap could hold: a capped key is refused with it. Seen to work with 0.171.0.
 * @see https://developers.openai.com/codex/config-reference (read 2026-11-29)
 */
function codex({ key, cap, models, shell, ...place }: Place) {
  const code = [
    `model = ${JSON.stringify(models.responses ?? '')}`,
    'model_provider = "keyway"',
    ...(cap === 'some' ? ['web_search = "disabled"'] : []),
    '',
    '[model_providers.keyway]',
    'name = "Keyway"',
    `base_url = ${JSON.stringify(openaiUrl(place))}`,
    'env_key = "KEYWAY_API_KEY"',
    'wire_api = "responses"',
  ].join('\n')
  const start = [...assign(shell, [['KEYWAY_API_KEY', key]]), 'codex'].join('\n')
  return [
    { file: '~/.codex/config.toml', code, key: 'not in it' as const },
    { code: start, key: 'in it' as const },
  ]
}

/** What a form asks for, one a line. */
function form({ key, models, ...place }: Place) {
  return [{ code: [openaiUrl(place), key, models.chat ?? ''].join('\n').trim(), key: 'in it' as const }]
}

/** Seen to work with 1.18.33. @see https://opencode.ai/docs/providers (read 2026-11-29) */
function openCode({ key, models, ...place }: Place) {
  const file = {
    $schema: 'https://opencode.ai/config.json',
    provider: {
      keyway: {
        npm: '@ai-sdk/openai-compatible',
        name: 'Keyway',
        options: { baseURL: openaiUrl(place), apiKey: key },
        models: models.chat === undefined ? {} : { [models.chat]: { name: models.chat } },
      },
    },
  }
  return [{ file: '~/.config/opencode/opencode.json', code: JSON.stringify(file, undefined, 2), key: 'in it' as const }]
}

/** @see https://docs.continue.dev/customize/model-providers/top-level/openai (read 2026-11-29) */
function writeContinue({ key, models, ...place }: Place) {
  const code = [
    'name: Keyway',
    'version: 0.0.1',
    'schema: v1',
    'models:',
    '  - name: Keyway',
    '    provider: openai',
    `    model: ${JSON.stringify(models.chat ?? '')}`,
    `    apiBase: ${openaiUrl(place)}`,
    `    apiKey: ${JSON.stringify(key)}`,
  ].join('\n')
  return [{ file: '~/.continue/config.yaml', code, key: 'in it' as const }]
}

/** @see https://aider.chat/docs/llms/openai-compat.html (read 2026-11-29) */
function aider({ key, models, shell, ...place }: Place) {
  const lines = assign(shell, [
    ['OPENAI_API_BASE', openaiUrl(place)],
    ['OPENAI_API_KEY', key],
  ])
  return [
    { code: [...lines, `aider --model ${word(`openai/${models.chat ?? ''}`)}`].join('\n'), key: 'in it' as const },
  ]
}
