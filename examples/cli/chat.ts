// A terminal: node examples/cli/chat.ts 'Why is the sky blue?'
import { join } from 'node:path'
import process from 'node:process'
import { ConnectError, issuerUrl } from '@keyway/connect'
import { connectFromTerminal } from '@keyway/connect/cli'
import { createSealedStore } from '@keyway/connect/store'
import { diskRows } from '@keyway/connect/store/disk'
import { readSettings } from '../shared/settings.ts'

const { issuer, keys, folder, models } = readSettings(process.env)
const secrets = createSealedStore(keys, diskRows(join(folder, 'cli')))
const place = { user: 'me', name: new URL(issuer).host }

try {
  const kept = await secrets.get(place)
  const key = kept ?? (await connectFromTerminal({ issuer, keyLabel: 'CLI example', limit: '5.00' })).key
  if (kept === undefined) await secrets.put(place, key)
  await ask(key, process.argv[2] ?? 'Say hello.')
} catch (error) {
  if (!(error instanceof ConnectError)) throw error
  console.error(error.message)
  process.exitCode = 1
}

async function ask(key: string, content: string): Promise<void> {
  const response = await fetch(issuerUrl(issuer, '/api/v1/chat/completions'), {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: models[0], stream: true, messages: [{ role: 'user', content }] }),
    redirect: 'error',
  })
  // The key was ended at the issuer: forget it, and connect again the next time.
  if (response.status === 401) await secrets.delete(place)
  if (!response.ok || response.body === null) throw new Error(`the issuer answered ${response.status}`)
  let rest = ''
  for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      if (!line.startsWith('data: {')) continue
      process.stdout.write(JSON.parse(line.slice(6)).choices?.[0]?.delta?.content ?? '')
    }
  }
  process.stdout.write('\n')
}
