import { randomUUID } from 'node:crypto'
import type { CompareColumn, CompareRequest, SendRequest } from '@keyway/contract'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { KeywayError } from '../../base/errors.ts'
import { type AppBrowser, appBrowser, setupToken } from '../../testing/app-browser.ts'
import { addMember } from '../../testing/browser.ts'
import { askChat, newChat, openTab, sendWords, textOf, words } from '../../testing/chat-tab.ts'
import { type Rig, startRig } from '../../testing/rig.ts'

const PASSWORD = 'maple engine slow river'
const MINI = 'openai/gpt-4o-mini'
const LLAMA = 'meta-llama/llama-3.3-70b-instruct'
const OTHER = 'mistralai/mistral-small'

let rig: Rig
let owner: AppBrowser
let stranger: AppBrowser

beforeAll(async () => {
  rig = await startRig({ env: { KEYWAY_LIMITS__CHAT_RUNS_PER_USER: '6', KEYWAY_LIMITS__CHAT_ANSWER_BYTES: '20000' } })
  owner = appBrowser(rig)
  await owner.ask('POST /api/app/setup/password', {
    body: { token: await setupToken(rig), login: 'owner', password: PASSWORD },
  })
  stranger = appBrowser(rig)
  const { id } = await addMember(rig, 'Stranger')
  await stranger.ask('POST /api/app/setup/password', {
    body: { token: await setupToken(rig, id), login: 'stranger', password: PASSWORD },
  })
})
afterAll(() => rig.close())
afterEach(async () => {
  rig.simulation.reset()
  const { live } = rig.server.house
  live.end(() => true, new KeywayError('draining', 'The test is over.'))
  await live.idle()
})

/** Sends and waits for the (first) answer's end. */
async function sendAndWait(id: string, request: SendRequest) {
  const tab = await openTab(rig, owner, id)
  const { messages } = await sendWords(owner, id, request)
  const [question, answer] = messages
  if (question === undefined || answer === undefined) throw new Error('no answer was begun')
  const ended = await tab.ended(answer.id)
  tab.leave()
  return { question, answer: ended }
}

const refusal = async (id: string, body: unknown) => {
  const { status, error } = await owner.fail('POST /api/app/conversations/:id/messages', { id, body })
  return { status, code: error.code, field: error.field }
}

describe('a message', () => {
  it.each([
    ['nothing', {}, 'id'],
    ['an id that is none', { id: 'x' }, 'id'],
    ['no parts', { parts: undefined }, 'parts'],
    ['blanks only', { parts: [{ kind: 'text', text: ' \n\t' }] }, 'parts'],
    [
      'parts of no kind',
      {
        parts: [
          { kind: 'text', text: 'x' },
          { kind: 'tool_result', call_id: 'x', text: 'y' },
        ],
      },
      'parts',
    ],
    ['a picture of elsewhere', { parts: [{ kind: 'image', url: 'https://evil.example/x.png' }] }, 'parts'],
    ['fifty-one parts', { parts: Array.from({ length: 51 }, () => ({ kind: 'text', text: 'x' })) }, 'parts'],
    ['no model', { models: [] }, 'models'],
    ['five models', { models: Array.from({ length: 5 }, () => MINI) }, 'models'],
    ['a model that is no text', { models: [{ $ne: '' }] }, 'models'],
    ['a parent of another shape', { parent_id: '../../etc' }, 'parent_id'],
  ])('is refused with %s, and changes nothing', async (_what, change, field) => {
    const id = await newChat(owner)
    const body = Object.keys(change).length === 0 ? {} : { ...words('hi', { models: [MINI] }), ...change }
    expect(await refusal(id, body)).toEqual({ status: 400, code: 'invalid_request', field })
    const whole = await askChat(owner, 'GET /api/app/conversations/:id', { id })
    expect(whole.messages).toEqual([])
    expect(whole.conversation).toMatchObject({ title: '', active_leaf_id: null, revision: expect.any(Number) })
  })

  it('is refused where its parent, its model or its attachment is not there', async () => {
    const id = await newChat(owner)
    expect(await refusal(id, words('hi', { models: [MINI], parent_id: randomUUID() }))).toMatchObject({ status: 404 })
    expect(await refusal(id, words('hi', { models: ['nobody/nothing'] }))).toMatchObject({
      ...{ status: 400, code: 'model_not_callable', field: 'models' },
    })
    const image = { kind: 'image', attachment: 'a'.repeat(64) } as const
    expect(await refusal(id, { ...words('', { models: [MINI] }), parts: [image] })).toMatchObject({ status: 404 })
    expect(await refusal(randomUUID(), words('hi', { models: [MINI] }))).toMatchObject({ status: 404 })
    const long = words('word '.repeat(200_000), { models: [MINI] })
    expect(await refusal(id, long)).toMatchObject({ status: 400, code: 'message_too_long', field: 'models' })
    const huge = words('x'.repeat(2_000_001), { models: [MINI] })
    expect(await refusal(id, huge)).toMatchObject({ status: 400, code: 'invalid_request' })
    expect((await askChat(owner, 'GET /api/app/conversations/:id', { id })).messages).toEqual([])
  })

  it('begins a conversation of its own, as it was wished, and where it is refused, none', async () => {
    const id = randomUUID()
    const begins = { temporary: false, settings: { models: [MINI], system_prompt: 'Be brief.' } }
    const found = async () => (await askChat(owner, 'GET /api/app/conversations')).data.some((one) => one.id === id)
    const sent = { ...words('Hello there', { models: [MINI] }), begins }
    expect(await refusal(id, { ...sent, models: ['nobody/nothing'] })).toMatchObject({ code: 'model_not_callable' })
    expect(await refusal(id, { ...sent, begins: { folder_id: 'nowhere' } })).toMatchObject({ status: 404 })
    expect(await refusal(id, { ...sent, begins: { settings: { models: [0] } } })).toMatchObject({ status: 400 })
    expect(await refusal('no-uuid', sent)).toMatchObject({ status: 400 })
    const column = { id: randomUUID(), parts: sent.parts, model: 'nobody/nothing' }
    const columns = [column, { ...column, id: randomUUID() }]
    const compared = await owner.fail('POST /api/app/conversations/:id/comparisons', {
      ...{ id, body: { parent_id: null, columns, begins } },
    })
    expect(compared.error.code).toBe('model_not_callable')
    expect(await found()).toBe(false)
    expect((await owner.fail('GET /api/app/conversations/:id', { id })).status).toBe(404)

    const { conversation, messages } = await sendWords(owner, id, sent)
    expect(conversation).toMatchObject({ id, title: 'Hello there', settings: begins.settings, temporary: false })
    expect(await found()).toBe(true)
    expect((await sendWords(owner, id, sent)).messages.map((one) => one.id)).toEqual(messages.map((one) => one.id))
  })

  it('is answered: streamed to every tab alike, stored with the ledger\u2019s own figures, and named', async () => {
    const id = await newChat(owner)
    const tabs = [await openTab(rig, owner, id), await openTab(rig, owner, id)] as const
    rig.simulation.script('openai', { kind: 'slow-events', intervalMs: 3 })
    const sent = words('Write 60 words, please', { models: [MINI] })
    const { messages, conversation } = await sendWords(owner, id, sent)
    const [question, answer] = messages
    expect(question).toMatchObject({ id: sent.id, role: 'user', parts: sent.parts, parent_id: null, status: 'done' })
    expect(answer).toMatchObject({ role: 'assistant', parent_id: sent.id, status: 'streaming', model: MINI })
    expect(conversation).toMatchObject({
      ...{ title: 'Write 60 words, please', active_leaf_id: answer?.id, streaming: true },
    })

    const ends = await Promise.all(tabs.map((tab) => tab.ended(answer?.id ?? '')))
    for (const tab of tabs) {
      const last = tab.events.findLastIndex((event) => event.type === 'delta' || event.type === 'part')
      expect(tab.events.slice(last + 1).map(({ type }) => type)).toEqual(['ended'])
      expect(tab.events.filter(({ type }) => type === 'delta').length).toBeGreaterThan(2)
      tab.leave()
    }
    expect(ends[0]).toEqual(ends[1])
    const end = ends[0]
    expect(end?.status).toBe('done')
    expect(textOf(end).split(' ')).toHaveLength(60)

    const whole = await askChat(owner, 'GET /api/app/conversations/:id', { id })
    expect(whole.messages.find((one) => one.id === answer?.id)).toEqual(end)
    const { generation_id: generation, ...figures } = end?.figures ?? { generation_id: '' }
    const row = (await rig.generations()).find(({ callId }) => callId === generation)
    expect(row).toMatchObject({ reach: 'own', basis: 'reported' })
    expect(figures).toMatchObject({
      provider: 'OpenAI',
      served_by: 'own',
      cost_usd: whole.conversation.cost_usd,
      estimated: false,
      tokens_prompt: row?.generation.tokensPrompt,
      tokens_completion: row?.generation.tokensCompletion,
      first_token_ms: row?.generation.firstEventMs,
      total_ms: row?.generation.latencyMs,
      finish_reason: 'stop',
      usd_per_million: { input: '0.15', output: '0.6' },
    })
    expect(Number(whole.conversation.cost_usd)).toBeGreaterThan(0)
    expect(whole.conversation.streaming).toBe(false)
    const hidden = await rig.server.house.store.findHiddenKey(rig.server.house.owner.id)
    expect(row?.keyHash).toBe(hidden)
  })

  it('is sent once, however often it is sent', async () => {
    const id = await newChat(owner)
    rig.simulation.clear()
    const sent = words('hi', { models: [MINI] })
    const [first, ...others] = await Promise.all(Array.from({ length: 5 }, () => sendWords(owner, id, sent)))
    for (const other of others)
      expect(other.messages.map((one) => one.id)).toEqual(first?.messages.map((one) => one.id))
    const again = await sendWords(owner, id, { ...sent, models: ['nobody/nothing'] })
    expect(again.messages.map((one) => one.id)).toEqual(first?.messages.map((one) => one.id))
    expect((await askChat(owner, 'GET /api/app/conversations/:id', { id })).messages).toHaveLength(2)
    const elsewhere = await newChat(owner)
    expect(await refusal(elsewhere, sent)).toMatchObject({ status: 409 })
    await rig.server.house.live.idle()
    expect(rig.simulation.requests.filter(({ provider }) => provider === 'openai')).toHaveLength(1)
  })

  it('carries the conversation, its system prompt and its parameters to the model', async () => {
    const settings = { system_prompt: 'Be brief.', parameters: { temperature: 0.5, max_tokens: 50 } }
    const id = await newChat(owner, { settings })
    const first = await sendAndWait(id, words('first', { models: [MINI] }))
    rig.simulation.clear()
    await sendAndWait(id, words('second', { models: [MINI], parent_id: first.answer.id }))
    const request = await rig.simulation.waitFor(({ provider }) => provider === 'openai')
    expect(JSON.parse(Buffer.from(request.body).toString())).toMatchObject({
      model: 'gpt-4o-mini',
      stream: true,
      temperature: 0.5,
      max_completion_tokens: 50,
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'first' },
        { role: 'assistant', content: textOf(first.answer) },
        { role: 'user', content: 'second' },
      ],
    })
  })

  it('leaves out the oldest messages where the person says so, and tells the model nothing of them', async () => {
    const id = await newChat(owner)
    const first = await sendAndWait(id, words(`old ${'word '.repeat(90_000)}`, { models: [MINI] }))
    const next = words(`new ${'word '.repeat(60_000)}`, { models: [MINI], parent_id: first.answer.id })
    expect(await refusal(id, next)).toMatchObject({ code: 'context_too_long' })
    rig.simulation.clear()
    await sendAndWait(id, { ...next, trim: true })
    const request = await rig.simulation.waitFor(({ provider }) => provider === 'openai')
    const { messages } = JSON.parse(Buffer.from(request.body).toString())
    expect(messages).toHaveLength(1)
    expect(messages[0].content).toMatch(/^new /)
  })
})

describe('another answer', () => {
  it('is refused to what is no message of the person\u2019s, or is being written', async () => {
    const id = await newChat(owner)
    const { question, answer } = await sendAndWait(id, words('hi', { models: [MINI] }))
    const fail = async (change: object) => {
      const body = { id: randomUUID(), parent_id: question.id, models: [MINI], ...change }
      const { status, error } = await owner.fail('POST /api/app/conversations/:id/answers', { id, body })
      return [status, error.field]
    }
    expect(await fail({ parent_id: answer.id })).toEqual([400, 'parent_id'])
    expect(await fail({ parent_id: randomUUID() })).toEqual([404, 'parent_id'])
    expect(await fail({ continues: question.id })).toEqual([400, 'continues'])
    expect(await fail({ continues: randomUUID() })).toEqual([404, 'continues'])
    expect(await fail({ continues: answer.id, models: [MINI, LLAMA] })).toEqual([400, 'models'])
    rig.simulation.script('openai', { kind: 'stall-mid-stream' })
    const slow = await askChat(owner, 'POST /api/app/conversations/:id/answers', {
      id,
      body: { id: randomUUID(), parent_id: question.id, models: [MINI] },
    })
    const [writing] = slow.messages
    expect(await fail({ continues: writing?.id })).toEqual([400, 'continues'])
    expect(await refusal(id, words('x', { models: [MINI], parent_id: writing?.id ?? '' }))).toMatchObject({
      ...{ status: 400, field: 'parent_id' },
    })
    await askChat(owner, 'POST /api/app/messages/:id/stop', { id: writing?.id ?? '', body: undefined })
  })

  it('comes from another model, as a sibling, and becomes the active leaf', async () => {
    const id = await newChat(owner)
    const { question, answer } = await sendAndWait(id, words('hi', { models: [MINI] }))
    const tab = await openTab(rig, owner, id)
    const body = { id: randomUUID(), parent_id: question.id, models: [LLAMA] }
    const asked = await askChat(owner, 'POST /api/app/conversations/:id/answers', { id, body })
    expect(asked.messages).toMatchObject([{ id: body.id, parent_id: question.id, model: LLAMA, group_id: null }])
    expect((await askChat(owner, 'POST /api/app/conversations/:id/answers', { id, body })).messages).toHaveLength(1)
    const end = await tab.ended(body.id)
    expect(end).toMatchObject({ status: 'done', model: LLAMA, figures: { provider: 'Together' } })
    expect(asked.conversation.active_leaf_id).toBe(body.id)
    const { messages } = await askChat(owner, 'GET /api/app/conversations/:id', { id })
    expect(messages.filter((one) => one.parent_id === question.id).map((one) => one.id)).toEqual([answer.id, body.id])
    tab.leave()
  })

  it('comes to an edited message: a second beginning of the conversation, beside the first', async () => {
    const id = await newChat(owner)
    const first = await sendAndWait(id, words('frist', { models: [MINI] }))
    const second = await sendAndWait(id, words('first', { models: [MINI] }))
    const { messages, conversation } = await askChat(owner, 'GET /api/app/conversations/:id', { id })
    expect(messages.filter((one) => one.parent_id === null).map((one) => one.id)).toEqual([
      first.question.id,
      second.question.id,
    ])
    expect(conversation.active_leaf_id).toBe(second.answer.id)
    const back = await askChat(owner, 'PATCH /api/app/conversations/:id', {
      id,
      body: { active_leaf_id: first.answer.id },
    })
    expect(back.active_leaf_id).toBe(first.answer.id)
  })

  it('comes from several models at once, side by side, each by itself', async () => {
    const id = await newChat(owner)
    const tab = await openTab(rig, owner, id)
    rig.simulation.script('groq', { kind: 'status', status: 500 }, { times: 4 })
    const asked = await sendWords(owner, id, words('compare', { models: [MINI, LLAMA, OTHER] }))
    const [question, ...answers] = asked.messages
    expect(answers.map(({ model }) => model)).toEqual([MINI, LLAMA, OTHER])
    expect(new Set(answers.map(({ group_id }) => group_id)).size).toBe(1)
    expect(answers[0]?.group_id).not.toBeNull()
    expect(answers.every(({ parent_id }) => parent_id === question?.id)).toBe(true)
    expect(asked.conversation.active_leaf_id).toBe(answers[0]?.id)
    const ends = await Promise.all(answers.map(({ id: answer }) => tab.ended(answer)))
    expect(ends.map(({ status }) => status)).toEqual(['done', expect.stringMatching(/done|failed/), 'done'])
    tab.leave()
    rig.simulation.reset()
  })

  it('goes on with one that was stopped, from its words', async () => {
    const id = await newChat(owner)
    const tab = await openTab(rig, owner, id)
    rig.simulation.script('openai', { kind: 'stall-mid-stream', afterEvents: 8 })
    const { messages } = await sendWords(owner, id, words('Write 200 words', { models: [MINI] }))
    const [question, answer] = messages
    await tab.until((event) => event.type === 'delta' || (event.type === 'part' && event.part.kind === 'text'))
    const stopped = await askChat(owner, 'POST /api/app/messages/:id/stop', { id: answer?.id ?? '', body: undefined })
    expect(textOf(stopped)).not.toBe('')
    rig.simulation.clear()
    const body = { id: randomUUID(), parent_id: question?.id ?? '', models: [MINI], continues: stopped.id }
    const asked = await askChat(owner, 'POST /api/app/conversations/:id/answers', { id, body })
    expect(textOf(asked.messages[0])).toBe(textOf(stopped))
    const end = await tab.ended(body.id)
    expect(textOf(end).startsWith(textOf(stopped))).toBe(true)
    expect(textOf(end).length).toBeGreaterThan(textOf(stopped).length)
    const request = await rig.simulation.waitFor(({ provider }) => provider === 'openai')
    expect(JSON.parse(Buffer.from(request.body).toString()).messages).toMatchObject([
      { role: 'user' },
      { role: 'assistant', content: textOf(stopped) },
      { role: 'user', content: expect.stringMatching(/^Continue/) },
    ])
    tab.leave()
  })
})

describe('a comparison of wordings', () => {
  const column = (text: string, more: Partial<CompareColumn> = {}): CompareColumn => ({
    ...{ id: randomUUID(), parts: [{ kind: 'text', text }], model: MINI },
    ...more,
  })
  const compare = (columns: CompareColumn[]): CompareRequest => ({ parent_id: null, columns })
  const refused = async (id: string, body: unknown) => {
    const { status, error } = await owner.fail('POST /api/app/conversations/:id/comparisons', { id, body })
    return { status, code: error.code, field: error.field }
  }

  it('is refused with one, with five, with a blank one, and with a model that is none; nothing is changed', async () => {
    const id = await newChat(owner)
    const [one, two] = [column('hi'), column('ho')]
    const five = Array.from({ length: 5 }, () => column('hi'))
    const wrong = [undefined, [], [one], five, [one, column(' \n')], [one, { ...two, model: 7 }], [one, one]]
    for (const columns of wrong) {
      const body = { ...compare([]), columns }
      expect(await refused(id, body)).toEqual({ status: 400, code: 'invalid_request', field: 'columns' })
    }
    const unknown = compare([one, column('ho', { model: 'nobody/nothing' })])
    expect(await refused(id, unknown)).toMatchObject({ status: 400, code: 'model_not_callable' })
    const image = { kind: 'image', attachment: 'a'.repeat(64) } as const
    expect(await refused(id, compare([one, column('', { parts: [image] })]))).toMatchObject({ status: 404 })
    expect(await refused(id, { ...compare([one, two]), parent_id: randomUUID() })).toMatchObject({ status: 404 })
    expect((await askChat(owner, 'GET /api/app/conversations/:id', { id })).messages).toEqual([])
  })

  it('asks each wording by itself, side by side, once, and goes on from any of them', async () => {
    const id = await newChat(owner)
    const tab = await openTab(rig, owner, id)
    const body = compare([
      column('Say it briefly', { prompt_version_id: 'version-1' }),
      column('Say it at length', { prompt_version_id: 'version-2', model: OTHER }),
    ])
    const asked = await askChat(owner, 'POST /api/app/conversations/:id/comparisons', { id, body })
    const [first, second, ...answers] = asked.messages
    expect([first, second]).toMatchObject([
      { ...body.columns[0], role: 'user', parent_id: null, model: null },
      { ...body.columns[1], role: 'user', parent_id: null, model: null },
    ])
    expect(first?.group_id).not.toBeNull()
    expect(second?.group_id).toBe(first?.group_id)
    expect(answers).toMatchObject([
      { role: 'assistant', parent_id: first?.id, model: MINI, group_id: null },
      { role: 'assistant', parent_id: second?.id, model: OTHER, group_id: null },
    ])
    expect(asked.conversation).toMatchObject({ active_leaf_id: answers[0]?.id, title: 'Say it briefly' })
    const again = await askChat(owner, 'POST /api/app/conversations/:id/comparisons', { id, body })
    expect(again.messages.map((message) => message.id)).toEqual(asked.messages.map((message) => message.id))
    const ends = await Promise.all(answers.map((answer) => tab.ended(answer.id)))
    for (const end of ends) {
      expect(end).toMatchObject({ status: 'done', figures: { first_token_ms: expect.any(Number) } })
      expect(end.figures?.tokens_completion).toBeGreaterThan(0)
    }
    expect(ends.map(textOf)).toEqual([expect.stringContaining('briefly'), expect.stringContaining('at length')])
    tab.leave()

    // The other wording is none of what is sent on.
    await sendAndWait(id, words('And now?', { models: [MINI], parent_id: ends[1]?.id ?? '' }))
    const last = rig.simulation.requests.findLast(({ path }) => path.includes('chat'))
    const sent = Buffer.from(last?.body ?? '').toString()
    expect(sent).toContain('Say it at length')
    expect(sent).not.toContain('Say it briefly')
  })
})

describe('a run', () => {
  it('goes on while nobody watches, and whoever comes back has missed nothing', async () => {
    const id = await newChat(owner)
    rig.simulation.script('openai', { kind: 'slow-events', intervalMs: 4 })
    const first = await openTab(rig, owner, id)
    const { messages } = await sendWords(owner, id, words('Write 150 words', { models: [MINI] }))
    const answer = messages[1]?.id ?? ''
    await first.until(({ type }) => type === 'delta')
    first.leave()
    const second = await openTab(rig, owner, id)
    const hello = second.events[0]
    expect(hello).toMatchObject({ type: 'hello', revision: expect.any(Number) })
    const snapshot = await second.until(({ type }) => type === 'snapshot' || type === 'ended')
    expect(snapshot).toMatchObject({ type: 'snapshot', message: { id: answer, status: 'streaming' } })
    if (snapshot.type === 'snapshot') expect(textOf(snapshot.message)).not.toBe('')
    const end = await second.ended(answer)
    expect(textOf(end).split(' ')).toHaveLength(150)
    const third = await openTab(rig, owner, id)
    expect(third.events.map(({ type }) => type)).toEqual(['hello'])
    second.leave()
    third.leave()
  })

  it('is stored while it is written: at most a quarter of a second is in memory alone', async () => {
    const id = await newChat(owner)
    const tab = await openTab(rig, owner, id)
    rig.simulation.script('openai', { kind: 'stall-mid-stream', afterEvents: 12 })
    const { messages } = await sendWords(owner, id, words('Write 200 words', { models: [MINI] }))
    const answer = messages[1]?.id ?? ''
    await tab.until((event) => event.type === 'delta' || event.type === 'part')
    await expect
      .poll(async () => {
        const whole = await askChat(owner, 'GET /api/app/conversations/:id', { id })
        return textOf(whole.messages.find((one) => one.id === answer)).split(' ').length
      })
      .toBeGreaterThan(5)
    const { store, owner: user } = rig.server.house
    const progress = await store.findProgress({ workspaceId: user.workspaceId, userId: user.id }, answer)
    expect(progress?.offset).toBeGreaterThan(0)
    expect(progress?.message.generationId).toMatch(/^gen-/)
    await askChat(owner, 'POST /api/app/messages/:id/stop', { id: answer, body: undefined })
    tab.leave()
  })

  it('is stopped for everybody: the provider is left at once, and what came is kept and charged', async () => {
    const id = await newChat(owner)
    const tab = await openTab(rig, owner, id)
    rig.simulation.clear()
    rig.simulation.script('openai', { kind: 'stall-mid-stream', afterEvents: 6 })
    const { messages } = await sendWords(owner, id, words('Write 200 words', { models: [MINI] }))
    const answer = messages[1]?.id ?? ''
    await tab.until((event) => event.type === 'part')
    const request = await rig.simulation.waitFor(({ provider }) => provider === 'openai')
    const stoppedAt = performance.now()
    const stopped = await askChat(owner, 'POST /api/app/messages/:id/stop', { id: answer, body: undefined })
    const { by, atMs } = await request.ended
    expect(by).toBe('client')
    expect(atMs - stoppedAt).toBeLessThan(250)
    expect(stopped).toMatchObject({ status: 'stopped', failure: null, figures: { estimated: true, served_by: 'own' } })
    expect(Number(stopped.figures?.cost_usd)).toBeGreaterThan(0)
    expect(textOf(stopped)).not.toBe('')
    expect(await tab.ended(answer)).toEqual(stopped)
    // Once more changes nothing.
    expect(await askChat(owner, 'POST /api/app/messages/:id/stop', { id: answer, body: undefined })).toEqual(stopped)
    tab.leave()
  })

  it('is stopped before anything came, without a failure', async () => {
    const id = await newChat(owner)
    rig.simulation.script('openai', { kind: 'stall-before-headers' })
    const { messages } = await sendWords(owner, id, words('hi', { models: [MINI] }))
    await rig.simulation.waitFor(({ provider, path }) => provider === 'openai' && path.includes('chat'))
    const stopped = await askChat(owner, 'POST /api/app/messages/:id/stop', {
      id: messages[1]?.id ?? '',
      body: undefined,
    })
    expect(stopped).toMatchObject({ status: 'stopped', failure: null, parts: [] })
  })

  it('that fails before anything came says what happened and what to do', async () => {
    const id = await newChat(owner)
    rig.simulation.script('openai', { kind: 'status', status: 400, message: 'That is not possible.' }, { times: 4 })
    rig.simulation.script('openrouter', { kind: 'status', status: 400, message: 'Nor here.' }, { times: 4 })
    const { answer } = await sendAndWait(id, words('hi', { models: [MINI] }))
    expect(answer).toMatchObject({
      status: 'failed',
      parts: [],
      failure: {
        code: 'provider_rejected',
        message: expect.stringContaining('possible'),
        fix: expect.stringMatching(/\w/),
        docs_url: expect.stringMatching(/\/docs\/troubleshooting#provider_rejected$/),
      },
    })
    rig.simulation.reset()
  })

  it('that breaks keeps what came, says why, and costs what the ledger says', async () => {
    const id = await newChat(owner)
    rig.simulation.script('openai', { kind: 'error-mid-stream', afterEvents: 5 })
    const { answer } = await sendAndWait(id, words('Write 50 words', { models: [MINI] }))
    expect(answer).toMatchObject({ status: 'failed', failure: { code: 'stream_broken' }, figures: { estimated: true } })
    expect(textOf(answer)).not.toBe('')
    rig.simulation.reset()
  })

  it('is ended when it grows beyond what is kept of an answer', async () => {
    const id = await newChat(owner)
    const { answer } = await sendAndWait(id, words('Write 9000 words', { models: [MINI] }))
    expect(answer).toMatchObject({ status: 'failed', failure: { message: expect.stringContaining('20000 bytes') } })
    expect(textOf(answer).length).toBeGreaterThan(1_000)
  })

  it('is refused when the person has as many as they may', async () => {
    const id = await newChat(owner)
    rig.simulation.script('openai', { kind: 'stall-mid-stream' }, { times: 8 })
    const one = (count: number) => words('hi', { models: Array.from({ length: count }, () => MINI) })
    const begun = [await sendWords(owner, id, one(4)), await sendWords(owner, id, one(2))]
    expect(await refusal(id, one(1))).toMatchObject({ status: 429, code: 'too_many_runs' })
    const answers = begun.flatMap(({ messages }) => messages.filter(({ role }) => role === 'assistant'))
    await Promise.all(
      answers.map((answer) => askChat(owner, 'POST /api/app/messages/:id/stop', { id: answer.id, body: undefined })),
    )
    rig.simulation.reset()
    expect((await sendAndWait(id, one(1))).answer.status).toBe('done')
  })
})

describe('another person', () => {
  it('finds none of it: every route answers as if it were not there, and no tab hears of it', async () => {
    const id = await newChat(owner)
    const { question, answer } = await sendAndWait(id, words('mine', { models: [MINI] }))
    const body = words('x', { models: [MINI], parent_id: answer.id })
    const tries: [string, string, unknown][] = [
      ['GET /api/app/conversations/:id', id, undefined],
      ['PATCH /api/app/conversations/:id', id, { title: 'taken' }],
      ['DELETE /api/app/conversations/:id', id, undefined],
      ['POST /api/app/conversations/:id/restore', id, undefined],
      ['POST /api/app/conversations/:id/messages', id, body],
      ['POST /api/app/conversations/:id/answers', id, { ...body, parent_id: question.id }],
      ['POST /api/app/messages/:id/stop', answer.id, undefined],
      ['GET /api/app/conversations/:id/events', id, undefined],
    ]
    for (const [endpoint, of, sent] of tries) {
      const failure = await stranger.fail(endpoint, { id: of, ...(sent === undefined ? {} : { body: sent }) })
      expect([endpoint, failure.status]).toEqual([endpoint, 404])
    }
    const { data } = await askChat(stranger, 'GET /api/app/conversations')
    expect(data).toEqual([])
    // The same id is free for them: they learn nothing, and see their own.
    await newChat(stranger, { id })
    expect((await askChat(stranger, 'GET /api/app/conversations/:id', { id })).messages).toEqual([])
    const watching = await openTab(rig, stranger, id)
    await sendAndWait(id, words('still mine', { models: [MINI], parent_id: answer.id }))
    expect(watching.events.map(({ type }) => type)).toEqual(['hello'])
    watching.leave()
  })
})
