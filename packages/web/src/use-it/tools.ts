import { AGENTS } from './agents.ts'
import { assign, openaiUrl, type Place, type Tool } from './tool.ts'

/** Every program that is told how to use this server, those that most people ask for first. */
export const TOOLS: readonly Tool[] = [
  ...AGENTS,
  { id: 'openWebui', name: 'Open WebUI', speaks: 'chat', write: openWebui },
  { id: 'openaiSdk', name: 'OpenAI SDK', speaks: 'chat', write: openaiSdk },
  { id: 'anthropicSdk', name: 'Anthropic SDK', speaks: 'messages', write: anthropicSdk },
  { id: 'curl', name: 'curl', speaks: 'chat', write: curl },
  { id: 'shell', name: 'Shell', speaks: 'chat', write: (place) => variables(place, (pairs) => assign('sh', pairs)) },
  {
    id: 'powershell',
    name: 'PowerShell',
    speaks: 'chat',
    write: (place) => variables(place, (pairs) => assign('powershell', pairs)),
  },
  {
    id: 'dotenv',
    name: '.env',
    speaks: 'chat',
    write: (place) => variables(place, (pairs) => pairs.map(([name, value]) => `${name}="${value}"`)),
  },
]

/** As many as are shown at once. */
export const FEW = 3

type Pairs = readonly (readonly [name: string, value: string])[]

function variables({ key, ...place }: Place, write: (pairs: Pairs) => string[]) {
  const pairs = ['OPENAI', 'KEYWAY'].flatMap(
    (whose): Pairs => [
      [`${whose}_API_KEY`, key],
      [`${whose}_BASE_URL`, openaiUrl(place)],
    ],
  )
  return [{ code: write(pairs).join('\n'), key: 'in it' as const }]
}

function openWebui({ key, ...place }: Place) {
  return [{ code: `${openaiUrl(place)}\n${key}`, key: 'in it' as const }]
}

function openaiSdk({ key, models, ...place }: Place) {
  const code = [
    'from openai import OpenAI',
    '',
    `client = OpenAI(base_url=${JSON.stringify(openaiUrl(place))}, api_key=${JSON.stringify(key)})`,
    `question = {"role": "user", "content": "Hello"}`,
    `answer = client.chat.completions.create(model=${JSON.stringify(models.chat ?? '')}, messages=[question])`,
    'print(answer.choices[0].message.content)',
  ].join('\n')
  return [{ code, key: 'in it' as const }]
}

/** The client adds /v1/messages itself. */
function anthropicSdk({ origin, key, models }: Place) {
  const code = [
    'from anthropic import Anthropic',
    '',
    `client = Anthropic(base_url=${JSON.stringify(origin)}, api_key=${JSON.stringify(key)})`,
    `question = {"role": "user", "content": "Hello"}`,
    `model = ${JSON.stringify(models.messages?.sonnet ?? '')}`,
    'answer = client.messages.create(model=model, max_tokens=1024, messages=[question])',
    'print(answer.content[0].text)',
  ].join('\n')
  return [{ code, key: 'in it' as const }]
}

function curl({ key, models, ...place }: Place) {
  const body = JSON.stringify({ model: models.chat, messages: [{ role: 'user', content: 'Hello' }] })
  const code = [
    `curl ${openaiUrl(place)}/chat/completions \\`,
    `  -H "Authorization: Bearer ${key}" -H "Content-Type: application/json" \\`,
    `  -d '${body.replaceAll("'", `'\\''`)}'`,
  ].join('\n')
  return [{ code, key: 'in it' as const }]
}
