// Goes through the doors as an app would, in whatever runs it: Node, Bun or Deno. Plain JavaScript, beside an installed
// @keyway/connect. The issuer, which approves by itself, is the first argument; a folder to write in is the second.
import assert from 'node:assert/strict'
import process from 'node:process'
import { createAuthorization, finishAuthorization, sha256CodeChallenge } from '@keyway/connect'
import { createBrowserConnect } from '@keyway/connect/browser'
import { connectFromTerminal } from '@keyway/connect/cli'
import { connectHeadless } from '@keyway/connect/headless'
import { createChatProxy, createServerConnect } from '@keyway/connect/server'
import { createSealedStore, newSealingSecret } from '@keyway/connect/store'
import { diskRows } from '@keyway/connect/store/disk'

const [issuer, folder] = process.argv.slice(2)
const approve = async (url) => {
  const response = await fetch(url, { redirect: 'manual' })
  await response.body?.cancel()
  return response.headers.get('location')
}

assert.equal(
  await sha256CodeChallenge('dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'),
  'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
)

const begun = await createAuthorization({ issuer, callbackUrl: 'http://localhost:1/cb' })
const callback = await approve(begun.url)
assert.match((await finishAuthorization(begun, callback)).key, /^sk-or-v1-/)
await assert.rejects(finishAuthorization(begun, callback), { code: 'state_mismatch' })

const kept = new Map()
let href = 'http://localhost:1/app'
const page = {
  location: {
    get href() {
      return href
    },
    assign: (url) => {
      href = url
    },
  },
  history: {
    state: null,
    replaceState: (_state, _unused, url) => {
      href = url
    },
  },
  sessionStorage: {
    get length() {
      return kept.size
    },
    key: (index) => [...kept.keys()][index] ?? null,
    getItem: (name) => kept.get(name) ?? null,
    setItem: (name, value) => kept.set(name, value),
    removeItem: (name) => kept.delete(name),
  },
}
const asked = { issuer, callbackUrl: href, page }
await createBrowserConnect(asked).start()
href = await approve(href)
assert.equal((await createBrowserConnect(asked).finish()).returnTo, '/app')

const keys = [{ id: 'k1', secret: newSealingSecret() }]
const secrets = createSealedStore(keys, diskRows(folder))
const place = { user: 'ann', name: 'openrouter' }
const publicUrl = 'https://app.example'
const connect = createServerConnect({
  issuer,
  publicUrl,
  keys,
  userOf: () => 'ann',
  onConnected: ({ key }) => secrets.put(place, key),
})
const started = await connect.handle(new Request(`${publicUrl}/connect/start`), undefined)
const cookie = started.headers.getSetCookie()[0].split(';')[0]
const answer = new Request(await approve(started.headers.get('location')), { headers: { cookie } })
const ended = await connect.handle(answer, undefined)
assert.equal(ended.headers.get('location'), '/?connect=done')
assert.match(await secrets.get(place), /^sk-or-v1-/)

const chat = createChatProxy({
  issuer,
  publicUrl,
  models: ['openai/gpt-4.1'],
  userOf: () => 'ann',
  keyOf: () => secrets.get(place),
})
const question = { model: 'openai/gpt-4.1', stream: true, messages: [{ role: 'user', content: 'Hello' }] }
const headers = { 'content-type': 'application/json' }
const post = { method: 'POST', headers, body: JSON.stringify(question) }
assert.match(await (await chat(new Request(`${publicUrl}/api/chat`, post), undefined)).text(), /data: \[DONE\]/)

let shown = ''
const headless = await connectHeadless({
  issuer,
  show: (url) => {
    shown = url
  },
  ask: async () => /id="code">([^<]+)</.exec(await (await fetch(shown)).text())[1],
})
assert.match(headless.key, /^sk-or-v1-/)

const terminal = await connectFromTerminal({
  issuer,
  show: () => undefined,
  open: (url) => void fetch(url).then((response) => response.text()),
  ask: () => new Promise(() => undefined),
})
assert.match(terminal.key, /^sk-or-v1-/)
console.log('every door works')
