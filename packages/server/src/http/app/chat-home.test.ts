import { createHash, randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Message, Preferences } from '@keyway/contract'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type AppBrowser, appBrowser, setupToken } from '../../testing/app-browser.ts'
import { newChat, openTab, sendWords, textOf, words } from '../../testing/chat-tab.ts'
import { type Rig, startRig } from '../../testing/rig.ts'

const MODEL = 'anthropic/claude-sonnet-4.5'
const OTHER = 'openai/gpt-4o-mini'
const THOUGHT = readFileSync(
  new URL('../../../../../fixtures/openai-chat/openrouter-reasoning/reply.sse', import.meta.url),
)
const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')

let rig: Rig
let owner: AppBrowser

beforeAll(async () => {
  rig = await startRig()
  owner = appBrowser(rig)
  const body = { token: await setupToken(rig), login: 'owner', password: 'maple engine slow river' }
  await owner.ask('POST /api/app/setup/password', { body })
})
afterAll(() => rig.close())
afterEach(() => rig.simulation.reset())

const whose = () => {
  const { owner: user } = rig.server.house
  return { workspaceId: user.workspaceId, userId: user.id }
}

async function ask(id: string, parent: string | null, models = [MODEL]): Promise<Message> {
  const tab = await openTab(rig, owner, id)
  const { messages } = await sendWords(owner, id, words('hi', { models, parent_id: parent }))
  const ended = await tab.ended(messages[1]?.id ?? '')
  tab.leave()
  return ended
}

const bodiesAt = (provider: string) =>
  rig.simulation.requests
    .filter((request) => request.provider === provider && request.path.includes('chat'))
    .map((request) => ({ ...JSON.parse(Buffer.from(request.body).toString()), headers: request.headers }))

/** A conversation that OpenRouter answered, with signed thoughts, though another provider comes first by itself. */
async function thoughtAtOpenRouter() {
  const id = await newChat(owner)
  rig.simulation.script('anthropic', { kind: 'status', status: 503 }, { times: 4 })
  rig.simulation.reply('openrouter', { sse: THOUGHT })
  const answer = await ask(id, null)
  expect(answer).toMatchObject({ status: 'done', figures: { provider: 'OpenRouter' } })
  rig.simulation.reset()
  return { id, answer }
}

describe('a conversation', () => {
  it('stays where its signed thoughts were made: they go back there as they came, and nowhere else', async () => {
    const { id, answer } = await thoughtAtOpenRouter()
    const items = answer.parts.flatMap((part) => (part.kind === 'reasoning' ? part.items : []))
    expect(items).toEqual([
      {
        ...{ type: 'reasoning.text', format: 'anthropic-claude-v1', index: 0, text: 'The user greets.' },
        signature: 'EqQBCgIYAhIM1gbcDa9GJwZA2b3h',
      },
    ])
    const second = await ask(id, answer.id)
    expect(second.figures?.provider).toBe('OpenRouter')
    const [sent] = bodiesAt('openrouter')
    expect(sent.messages[1]).toEqual({ role: 'assistant', content: 'Hello!', reasoning_details: items })
    expect(sent.headers['x-session-id']).toBe(id)
    expect(bodiesAt('anthropic')).toEqual([])

    // That provider is down: what nobody else can read goes to nobody else.
    rig.simulation.clear()
    rig.simulation.script('openrouter', { kind: 'status', status: 503 }, { times: 6 })
    const third = await ask(id, second.id)
    expect(third).toMatchObject({ status: 'failed', failure: { code: 'provider_overloaded' } })
    expect(bodiesAt('anthropic')).toEqual([])
  })

  it('is asked of another model without the thoughts of the first', async () => {
    const { id, answer } = await thoughtAtOpenRouter()
    expect((await ask(id, answer.id, [OTHER])).status).toBe('done')
    const [sent] = bodiesAt('openai')
    expect(sent.messages[1]).toEqual({ role: 'assistant', content: 'Hello!' })
  })

  it('whose credential was exchanged is answered elsewhere, without the thoughts', async () => {
    const { id, answer } = await thoughtAtOpenRouter()
    const { store } = rig.server.house
    const generation = await store.findGeneration(answer.figures?.generation_id ?? '', whose().workspaceId)
    const findGeneration = store.findGeneration
    // As if the answer had been made with a credential that is not there any more.
    store.findGeneration = async () =>
      generation && { ...generation, attempts: generation.attempts.map((one) => ({ ...one, credentialId: 'gone' })) }
    try {
      expect((await ask(id, answer.id)).status).toBe('done')
    } finally {
      store.findGeneration = findGeneration
    }
    const [sent] = [...bodiesAt('anthropic'), ...bodiesAt('openrouter')]
    expect(sent.messages[1]).toEqual({ role: 'assistant', content: 'Hello!' })
  })

  it('goes only to providers that promise not to collect, where the person says so', async () => {
    const preferences: Preferences = { data_collection: 'deny', default_model: null, favourite_models: [] }
    await rig.server.house.store.putPreferences(whose(), preferences, 0)
    try {
      const answer = await ask(await newChat(owner), null)
      expect(answer).toMatchObject({ status: 'done', figures: { provider: 'OpenRouter' } })
      expect(bodiesAt('openrouter')[0].provider).toEqual({ data_collection: 'deny' })
      expect(bodiesAt('anthropic')).toEqual([])
    } finally {
      await rig.server.house.store.putPreferences(whose(), { ...preferences, data_collection: 'allow' }, 0)
    }
  })

  it('asks each model for effort in the field that it takes, and those that do not think in none', async () => {
    const id = await newChat(owner, { settings: { parameters: { reasoning_effort: 'low' } } })
    await ask(id, null, ['openai/gpt-5-nano'])
    await ask(id, null, [OTHER])
    const [thinking, plain] = bodiesAt('openai')
    expect([thinking.reasoning_effort, plain.reasoning_effort]).toEqual(['low', undefined])
    expect([thinking.reasoning, plain.reasoning]).toEqual([undefined, undefined])
  })
})

describe('a picture', () => {
  it('of the person\u2019s is what its bytes are, and goes to models that see; others are refused', async () => {
    const { store } = rig.server.house
    const attachment = createHash('sha256').update(PNG).digest('hex')
    const kept = { id: attachment, name: 'cat.png', mediaType: 'image/png', bytes: PNG.length, createdAt: 0 }
    await store.putAttachment(whose(), kept, { body: PNG, quotaBytes: 1_000 })
    const id = await newChat(owner)
    const image = { kind: 'file', attachment, name: 'cat.png', media_type: 'text/html', bytes: 5 } as const
    const request = { ...words('', { models: [OTHER] }), parts: [image] }
    const { messages, conversation } = await sendWords(owner, id, request)
    expect(messages[0]?.parts).toEqual([
      { kind: 'image', attachment, media_type: 'image/png', name: 'cat.png', bytes: PNG.length },
    ])
    expect(conversation.title).toBe('cat.png')
    await rig.server.house.live.idle()
    expect(bodiesAt('openai')[0].messages[0].content).toEqual([
      { type: 'image_url', image_url: { url: `data:image/png;base64,${PNG.toString('base64')}` } },
    ])
    const blind = { ...request, id: randomUUID(), models: ['deepseek/deepseek-chat'] }
    const { error } = await owner.fail('POST /api/app/conversations/:id/messages', { id, body: blind })
    expect(error).toMatchObject({ code: 'model_not_callable', message: expect.stringContaining('images') })
  })

  it('of a model\u2019s is kept among the attachments, and what is none is not', async () => {
    const chunk = (delta: object) => `data: ${JSON.stringify({ id: 'x', choices: [{ index: 0, delta }] })}\n\n`
    const picture = (bytes: string | Buffer) => ({
      images: [{ image_url: { url: `data:image/png;base64,${Buffer.from(bytes).toString('base64')}` } }],
    })
    rig.simulation.reply('openai', {
      sse: [
        chunk({ role: 'assistant', content: 'Here:' }),
        chunk(picture(PNG)),
        chunk(picture('<script>')),
        'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n',
        'data: [DONE]\n\n',
      ].join(''),
    })
    const id = await newChat(owner)
    const answer = await ask(id, null, [OTHER])
    const attachment = createHash('sha256').update(PNG).digest('hex')
    expect(answer.parts).toEqual([
      { kind: 'text', text: 'Here:' },
      { kind: 'image', attachment, media_type: 'image/png', name: 'image.png', bytes: PNG.length },
      { kind: 'unknown', source: 'images', value: { type: 'image', bytes: 8 } },
    ])
    expect((await rig.server.house.store.readAttachment(whose(), attachment))?.body).toEqual(new Uint8Array(PNG))
  })
})

describe('a fast model', () => {
  it('makes no event for each token, and no tab misses a word', async () => {
    const id = await newChat(owner)
    const tab = await openTab(rig, owner, id)
    const startedMs = performance.now()
    const { messages } = await sendWords(owner, id, words('Write 8000 words', { models: [OTHER] }))
    const answer = messages[1]?.id ?? ''
    const end = await tab.ended(answer)
    const seconds = (performance.now() - startedMs) / 1_000
    const deltas = tab.events.filter(({ type }) => type === 'delta').length
    expect(deltas).toBeLessThanOrEqual(2 + Math.ceil(seconds * (31 + 4)))
    expect(textOf(end).split(' ')).toHaveLength(8_000)
    let text = ''
    for (const event of tab.events) {
      if (event.type === 'snapshot') text = textOf(event.message)
      if (event.type === 'part' && event.part.kind === 'text') text += event.part.text
      if (event.type === 'delta') text += event.text
    }
    expect(text).toBe(textOf(end))
    tab.leave()
  })
})
