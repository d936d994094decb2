// A page without a server. The key comes to the page, and lives in this variable: a reload asks again. Keep it that way
// unless you can say who else's script may ever run in your page. With a server, take one of the other examples.
import { createBrowserConnect, OPENROUTER } from '@keyway/connect/browser'

const issuer = document.querySelector('meta[name=issuer]')?.content ?? OPENROUTER
const model = document.querySelector('meta[name=model]')?.content ?? 'openai/gpt-5-mini'
const byId = (id) => document.getElementById(id)
const answer = byId('answer')

const connect = createBrowserConnect({ issuer, keyLabel: 'Browser example', limit: '1.00' })
const say = (error) => {
  answer.textContent = `That did not work (${error.code}).`
}
byId('connect').addEventListener('click', () => connect.start().catch(say))
const connected = await Promise.resolve(connect.finish()).catch(say)
byId('connect').hidden = connected !== undefined
byId('chat').hidden = connected === undefined

byId('chat').addEventListener('submit', async (event) => {
  event.preventDefault()
  answer.textContent = ''
  const response = await fetch(`${issuer}/api/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${connected.key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: event.target.elements.message.value }] }),
  })
  const { choices, error } = await response.json()
  answer.textContent = error?.message ?? choices[0].message.content
})
