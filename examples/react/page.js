// The page, in React. The button leads to the server, which keeps the key: none comes here.
import { ConnectButton } from '@keyway/connect/react'
import { createElement, useEffect, useState } from 'react'
import { createRoot } from 'react-dom/client'

function App() {
  const [me, setMe] = useState()
  const [answer, setAnswer] = useState('')
  useEffect(() => {
    fetch('/api/me')
      .then((response) => response.json())
      .then(setMe, () => setAnswer('The server does not answer.'))
  }, [])

  async function send(event) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const [model, content] = [form.get('model'), form.get('message')]
    setAnswer('')
    const response = await fetch('/api/chat', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model, stream: true, messages: [{ role: 'user', content }] }),
    })
    for await (const { choices, error } of parts(response)) {
      setAnswer((before) => before + (error?.message ?? choices?.[0]?.delta?.content ?? ''))
    }
  }

  const heading = createElement('h1', null, 'Chat with your own account')
  const said = createElement('output', { id: 'answer', 'aria-live': 'polite' }, answer)
  if (me === undefined) return createElement('main', null, heading, said)
  if (me.user === null) {
    const button = createElement('button', { type: 'submit' }, 'Sign in to the example')
    return createElement('main', null, heading, createElement('form', { method: 'post', action: '/sign-in' }, button))
  }
  if (!me.connected) {
    return createElement(
      'main',
      null,
      heading,
      createElement(ConnectButton, { action: '/connect/start', returnTo: '/' }),
    )
  }
  const options = me.models.map((model) => createElement('option', { key: model }, model))
  const form = createElement(
    'form',
    { onSubmit: (event) => void send(event) },
    createElement('label', null, 'Model ', createElement('select', { name: 'model' }, options)),
    createElement('label', null, 'Message ', createElement('input', { name: 'message', required: true })),
    createElement('button', { type: 'submit' }, 'Send'),
  )
  return createElement('main', null, heading, form, said)
}

/** The events of a streamed answer, or the one error of a refusal. */
async function* parts(response) {
  if (!response.ok || response.body === null) {
    yield await response.json()
    return
  }
  let rest = ''
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const lines = (rest + part.value).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) if (line.startsWith('data: {')) yield JSON.parse(line.slice(6))
  }
}

const root = document.getElementById('root')
createRoot(root).render(createElement(App))
