import type { WireRequest } from './request-of.ts'

/** A whole program that makes a call. */
export type Sample = {
  id: 'curl' | 'python-requests' | 'python-openai' | 'typescript-fetch' | 'typescript-openai'
  name: string
  /** What stands after a fence. */
  language: 'bash' | 'python' | 'typescript'
  /** @param baseUrl of this server, without a slash at its end */
  write: (request: WireRequest, baseUrl: string) => string
}

/** The key is read from the environment everywhere: a sample must be safe to share. */
export const SAMPLES: readonly Sample[] = [
  { id: 'curl', name: 'curl', language: 'bash', write: writeCurl },
  { id: 'python-requests', name: 'Python · requests', language: 'python', write: writeRequests },
  { id: 'python-openai', name: 'Python · openai', language: 'python', write: writePythonOpenAi },
  { id: 'typescript-fetch', name: 'TypeScript · fetch', language: 'typescript', write: writeFetch },
  { id: 'typescript-openai', name: 'TypeScript · openai', language: 'typescript', write: writeTypeScriptOpenAi },
]

function writeCurl(request: WireRequest, baseUrl: string): string {
  // A single quote ends the shell's quotation: it is closed, the quote escaped, and opened again.
  const body = JSON.stringify(request, undefined, 2).replaceAll("'", `'\\''`)
  return `curl ${shellWord(`${baseUrl}/api/v1/chat/completions`)} \\
  -H "Authorization: Bearer $KEYWAY_API_KEY" \\
  -H "Content-Type: application/json" \\
  -d '${body}'`
}

function shellWord(text: string): string {
  return /^[\w:/.@%+=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}

function writeRequests(request: WireRequest, baseUrl: string): string {
  return `import os
import requests

response = requests.post(
    ${python(`${baseUrl}/api/v1/chat/completions`)},
    headers={"Authorization": f"Bearer {os.environ['KEYWAY_API_KEY']}"},
    json=${python(request, 1)},
    timeout=300,
)
response.raise_for_status()
print(response.json()["choices"][0]["message"]["content"])`
}

function writePythonOpenAi(request: WireRequest, baseUrl: string): string {
  return `import os
from openai import OpenAI

client = OpenAI(
    base_url=${python(`${baseUrl}/api/v1`)},
    api_key=os.environ["KEYWAY_API_KEY"],
)
answer = client.chat.completions.create(
${Object.entries(request)
  .map(([name, value]) => `    ${name}=${python(value, 1)},`)
  .join('\n')}
)
print(answer.choices[0].message.content)`
}

function writeFetch(request: WireRequest, baseUrl: string): string {
  return `const response = await fetch(${typescript(`${baseUrl}/api/v1/chat/completions`)}, {
  method: 'POST',
  headers: {
    Authorization: \`Bearer \${process.env.KEYWAY_API_KEY}\`,
    'Content-Type': 'application/json',
  },
  body: JSON.stringify(${typescript(request, 1)}),
})
if (!response.ok) throw new Error(await response.text())
const answer = await response.json()
console.log(answer.choices[0].message.content)`
}

function writeTypeScriptOpenAi(request: WireRequest, baseUrl: string): string {
  return `import OpenAI from 'openai'

const client = new OpenAI({
  baseURL: ${typescript(`${baseUrl}/api/v1`)},
  apiKey: process.env.KEYWAY_API_KEY,
})
const answer = await client.chat.completions.create(${typescript(request)})
console.log(answer.choices[0]?.message.content)`
}

/** A value as Python writes it. @param depth how far the line that it begins on is indented, in fours */
function python(value: unknown, depth = 0): string {
  const inner = '    '.repeat(depth + 1)
  const outer = '    '.repeat(depth)
  if (value === null) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  // JSON's texts are Python's too: the same quotes, the same escapes.
  if (typeof value !== 'object') return JSON.stringify(value)
  if (Array.isArray(value)) return `[\n${value.map((one) => `${inner}${python(one, depth + 1)},\n`).join('')}${outer}]`
  const fields = Object.entries(value).map(
    ([name, one]) => `${inner}${JSON.stringify(name)}: ${python(one, depth + 1)},\n`,
  )
  return `{\n${fields.join('')}${outer}}`
}

/** A value as TypeScript writes it. @param depth how far the line that it begins on is indented, in twos */
function typescript(value: unknown, depth = 0): string {
  const inner = '  '.repeat(depth + 1)
  const outer = '  '.repeat(depth)
  if (typeof value === 'string') return quote(value)
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) {
    return `[\n${value.map((one) => `${inner}${typescript(one, depth + 1)},\n`).join('')}${outer}]`
  }
  const fields = Object.entries(value).map(([name, one]) => `${inner}${name}: ${typescript(one, depth + 1)},\n`)
  return `{\n${fields.join('')}${outer}}`
}

/** In single quotes, with JSON's escapes for everything that needs one. */
function quote(text: string): string {
  return `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`
}
