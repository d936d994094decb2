import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { copyCode } from '../packages/connect/src/testing/approve.ts'
import { simulatedOpenRouter } from './testing/issuers.ts'
import { hasPython, python, streamlitSession } from './testing/streamlit-session.ts'

// Under a stand-in for Streamlit; in Streamlit itself it runs in frameworks/.

const MODELS = 'openai/gpt-4.1,openai/gpt-4.1-mini'

let issuer: Awaited<ReturnType<typeof simulatedOpenRouter>>
beforeAll(async () => {
  issuer = await simulatedOpenRouter()
})
beforeEach(() => {
  issuer.reset()
  issuer.simulation.openrouter.account.consent = 'approve'
})
afterAll(() => issuer.close())

const asked = () =>
  issuer.simulation.requests
    .filter(({ path }) => path.endsWith('/chat/completions'))
    .map(({ body }) => JSON.parse(Buffer.from(body).toString()).model)

test('what the Streamlit example is made of refuses what it should, and connects', async () => {
  if (!hasPython) return
  const run = python(['-m', 'unittest', '-v'], { ISSUER: issuer.url, MODELS: issuer.model })
  const { code, said } = await run.ended()
  expect(code, said).toBe(0)
  expect(said).toMatch(/Ran 8 tests/)
  expect(issuer.keys()).toHaveLength(1)
})

test('its page connects, asks the chosen model when it is told to and not before, and forgets the key', async () => {
  if (!hasPython) return
  const shown = await streamlitSession({ ISSUER: issuer.url, MODELS }, copyCode)
  expect(shown).toMatchObject({
    button: `Connect with ${new URL(issuer.url).host}`,
    wrong: ['Ask your document', expect.stringMatching(/^Connect/), 'error: That is no code.'],
    connected: ['Ask your document'],
    idle: ['Ask your document'],
    answer: expect.stringMatching(/\w{3}/),
    leaks: false,
    fresh: true,
    forgotten: true,
  })
  expect(asked()).toEqual(['openai/gpt-4.1-mini'])
  expect(issuer.keys()).toHaveLength(1)
})
