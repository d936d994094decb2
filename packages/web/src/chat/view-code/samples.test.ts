import { expect, test } from 'vitest'
import { answered, own, text } from '../../../fixture/chat.ts'
import { requestOf } from './request-of.ts'
import { SAMPLES } from './samples.ts'

const NASTY = `it's "quoted" \\ \`\${x}\` $HOME $(id)\nnew line \u2028 'end'`

const request = requestOf('openai/gpt-5-mini', [own('m1', null, NASTY), answered('m2', 'm1', [text('left out')])], {
  models: [],
  system_prompt: 'Be brief.',
  parameters: { temperature: 0.5, max_tokens: 100 },
})
const sample = (id: string) => {
  const found = SAMPLES.find((one) => one.id === id)
  if (found === undefined) throw new Error(`no sample ${id}`)
  return found.write(request, 'http://localhost:7777')
}

test('no sample holds a key: each reads it from the environment', () => {
  for (const { write } of SAMPLES) {
    const code = write(request, 'http://localhost:7777')
    expect(code).toContain('KEYWAY_API_KEY')
    expect(code).not.toMatch(/kwy_|sk-/)
    expect(code).toContain('http://localhost:7777/api/v1')
  }
})

test('the request ends with the question, and has what the chat is set to', () => {
  expect(request).toEqual({
    model: 'openai/gpt-5-mini',
    messages: [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: NASTY },
    ],
    temperature: 0.5,
    max_tokens: 100,
  })
})

test('an image stands as a place to fill, and reasoning is not sent back', () => {
  const { messages } = requestOf(
    'm',
    [
      own('m1', null, 'see', [{ kind: 'image', attachment: 'x', media_type: 'image/png' }]),
      answered('m2', 'm1', [{ kind: 'reasoning', text: 'secret thoughts' }, text('I see')]),
      own('m3', 'm2', 'and?'),
    ],
    { models: [], system_prompt: '', parameters: {} },
  )
  expect(messages[0]?.content).toEqual([
    { type: 'image_url', image_url: { url: 'data:image/png;base64,...' } },
    { type: 'text', text: 'see' },
  ])
  expect(messages[1]).toEqual({ role: 'assistant', content: 'I see' })
})

test('TypeScript reads the words as they are', () => {
  const body = /JSON\.stringify\(([\s\S]*)\),\n\}\)\nif/.exec(sample('typescript-fetch'))?.[1] ?? ''
  // Our own text, in a test: running it is the proof.
  expect(new Function(`return ${body}`)()).toEqual(request)
})
