type Call = { baseUrl: string; model: string }

/** The shortest complete programs that call a model through this server, with the key in the environment. */
export const SNIPPETS: readonly { name: string; write: (call: Call) => string }[] = [
  { name: 'curl', write: writeCurl },
  { name: 'Python', write: writePython },
  { name: 'TypeScript', write: writeTypeScript },
]

function writeCurl({ baseUrl, model }: Call): string {
  return `curl ${baseUrl}/api/v1/chat/completions \\
  -H "Authorization: Bearer $KEYWAY_API_KEY" \\
  -H "Content-Type: application/json" \\
  -d '{
    "model": "${model}",
    "messages": [{"role": "user", "content": "Say hello."}]
  }'`
}

function writePython({ baseUrl, model }: Call): string {
  return `import os
from openai import OpenAI

client = OpenAI(base_url="${baseUrl}/api/v1", api_key=os.environ["KEYWAY_API_KEY"])
answer = client.chat.completions.create(
    model="${model}",
    messages=[{"role": "user", "content": "Say hello."}],
)
print(answer.choices[0].message.content)`
}

function writeTypeScript({ baseUrl, model }: Call): string {
  return `import OpenAI from 'openai'

const client = new OpenAI({ baseURL: '${baseUrl}/api/v1', apiKey: process.env.KEYWAY_API_KEY })
const answer = await client.chat.completions.create({
  model: '${model}',
  messages: [{ role: 'user', content: 'Say hello.' }],
})
console.log(answer.choices[0]?.message.content)`
}
