// The page of the server examples. It has no key: it asks its own server, which attaches it.
const byId = (id) => document.getElementById(id)
const answer = byId('answer')

const me = await (await fetch('/api/me')).json()
byId('sign-in').hidden = me.user !== null
byId('connect').hidden = me.user === null || me.connected
byId('chat').hidden = !me.connected
for (const model of me.models) byId('chat').elements.model.add(new Option(model))

const outcome = new URLSearchParams(location.search).get('connect')
if (outcome !== null && outcome !== 'done') answer.textContent = `That did not work (${outcome}).`

byId('chat').addEventListener('submit', async (event) => {
  event.preventDefault()
  const { model, message } = Object.fromEntries(new FormData(event.target))
  answer.textContent = ''
  const response = await fetch('/api/chat', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model, stream: true, messages: [{ role: 'user', content: message }] }),
  })
  if (!response.ok) {
    answer.textContent = (await response.json()).error.message
    return
  }
  let rest = ''
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const lines = (rest + part.value).split('\n')
    rest = lines.pop()
    for (const line of lines.filter((one) => one.startsWith('data: {'))) {
      const { choices, error } = JSON.parse(line.slice(6))
      answer.textContent += error?.message ?? choices?.[0]?.delta?.content ?? ''
    }
  }
})
