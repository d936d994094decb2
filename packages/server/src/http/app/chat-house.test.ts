import { randomUUID } from 'node:crypto'
import type { Message } from '@keyway/contract'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { GenerationRecord } from '../../store/records.ts'
import { type AppBrowser, appBrowser, setupToken } from '../../testing/app-browser.ts'
import { addMember } from '../../testing/browser.ts'
import { askChat, newChat, openTab, sendWords, textOf, words } from '../../testing/chat-tab.ts'
import { type Rig, startRig } from '../../testing/rig.ts'

const PASSWORD = 'maple engine slow river'
const HOUSE = 'openai/gpt-4o-mini'
const LIMIT = 5

let rig: Rig
let now = Date.UTC(2026, 10, 24, 12)

beforeAll(async () => {
  rig = await startRig({
    clock: { now: () => now, monotonic: () => performance.now() },
    env: {
      KEYWAY_HOUSE__MODEL: HOUSE,
      KEYWAY_HOUSE__DAILY_MESSAGES: String(LIMIT),
      KEYWAY_LIMITS__CHAT_RUNS_PER_USER: '100',
    },
  })
  const { vault, owner, workspace } = rig.server.house
  await vault.put(
    {
      ...{
        workspaceId: workspace.id,
        userId: null,
        provider: 'openai',
        name: 'house',
        origin: 'pasted',
        reach: 'house',
      },
      ...{ baseUrl: rig.simulation.providers.openai.baseUrl, priority: 0, allowPrivate: true },
      secret: rig.simulation.providers.openai.key,
    },
    { id: owner.id, workspaceId: workspace.id },
  )
})
// Whatever a test began has ended before the next looks at days, scripts and ledger.
afterEach(async () => {
  await rig.server.house.live.idle()
  rig.simulation.reset()
})
afterAll(() => rig.close())

/** A member without a credential of their own. */
async function member(name: string): Promise<AppBrowser> {
  const browser = appBrowser(rig)
  const { id } = await addMember(rig, name)
  const body = { token: await setupToken(rig, id), login: name, password: PASSWORD }
  await browser.ask('POST /api/app/setup/password', { body })
  return browser
}

async function left(browser: AppBrowser): Promise<number | null | undefined> {
  return (await browser.ask('GET /api/app/state')).house?.remaining_today
}

async function answerOf(browser: AppBrowser, model = HOUSE): Promise<Message> {
  const id = await newChat(browser)
  const tab = await openTab(rig, browser, id)
  const { messages } = await sendWords(browser, id, words('hi', { models: [model] }))
  const ended = await tab.ended(messages[1]?.id ?? '')
  tab.leave()
  return ended
}

/** What the ledger holds of an answer, once it does: calls write it in their own time. */
async function rowOf(answer: Message): Promise<GenerationRecord> {
  const find = async () => (await rig.generations()).find(({ callId }) => callId === answer.figures?.generation_id)
  await expect.poll(find).toBeDefined()
  const row = await find()
  if (row === undefined) throw new Error('the row went again')
  return row
}

describe('the operator\u2019s model', () => {
  it('is never used for more messages than a day has, however many are sent at once', async () => {
    const browser = await member('crowd')
    const id = await newChat(browser)
    rig.simulation.clear()
    const tries = await Promise.all(
      Array.from({ length: 50 }, () =>
        browser.send('POST /api/app/conversations/:id/messages', { id, body: words('hi', { models: [HOUSE] }) }),
      ),
    )
    expect(tries.filter(({ status }) => status === 200)).toHaveLength(LIMIT)
    const refused = tries.filter(({ status }) => status === 429)
    expect(refused).toHaveLength(50 - LIMIT)
    const body: { error: unknown } = JSON.parse((await refused[0]?.text()) ?? '')
    expect(body.error).toMatchObject({ code: 'daily_limit_reached', retry_after_ms: 12 * 60 * 60_000 })
    expect(refused[0]?.headers.get('retry-after')).toBe(String(12 * 60 * 60))
    await rig.server.house.live.idle()
    expect(rig.simulation.requests.filter(({ path }) => path.includes('chat'))).toHaveLength(LIMIT)
    expect(await left(browser)).toBe(0)
    expect((await askChat(browser, 'GET /api/app/conversations/:id', { id })).messages).toHaveLength(2 * LIMIT)
  })

  it('is taken once for each answer, refused before anything is asked, and there again the next day', async () => {
    const browser = await member('day')
    const id = await newChat(browser)
    const four = words('hi', { models: [HOUSE, HOUSE, HOUSE, HOUSE] })
    await sendWords(browser, id, four)
    await sendWords(browser, id, four)
    expect(await left(browser)).toBe(LIMIT - 4)
    const two = { ...four, id: randomUUID(), models: [HOUSE, HOUSE] }
    const { error } = await browser.fail('POST /api/app/conversations/:id/messages', { id, body: two })
    expect(error.code).toBe('daily_limit_reached')
    expect(await left(browser)).toBe(LIMIT - 4)
    // An answer that ended after the clock was moved would stand in the ledger as the latest of them all.
    await rig.server.house.live.idle()
    now += 12 * 60 * 60_000
    expect(await left(browser)).toBe(LIMIT)
    now -= 12 * 60 * 60_000
  })

  it('is given back for what failed before a word came, and not for what was stopped or broke', async () => {
    const browser = await member('failing')
    rig.simulation.script('openai', { kind: 'status', status: 400 }, { times: 4 })
    expect((await answerOf(browser)).status).toBe('failed')
    rig.simulation.reset()
    await expect.poll(() => left(browser)).toBe(LIMIT)
    rig.simulation.script('openai', { kind: 'error-mid-stream', afterEvents: 5 })
    expect((await answerOf(browser)).status).toBe('failed')
    const id = await newChat(browser)
    rig.simulation.script('openai', { kind: 'stall-before-headers' })
    const { messages } = await sendWords(browser, id, words('hi', { models: [HOUSE] }))
    await askChat(browser, 'POST /api/app/messages/:id/stop', { id: messages[1]?.id ?? '', body: undefined })
    await rig.server.house.live.idle()
    expect(await left(browser)).toBe(LIMIT - 2)
  })

  it('is the only one that the operator\u2019s credential serves in chat', async () => {
    const browser = await member('curious')
    const id = await newChat(browser)
    const body = words('hi', { models: ['openai/gpt-4o'] })
    const { error } = await browser.fail('POST /api/app/conversations/:id/messages', { id, body })
    expect(error).toMatchObject({ code: 'model_not_callable', message: expect.stringContaining('openai') })
    expect((await answerOf(browser)).figures).toMatchObject({ served_by: 'house', provider: 'OpenAI' })
  })

  it('is not asked by whoever wants nothing kept, at a provider of which nothing is known; it says so, and takes no message', async () => {
    const browser = await member('careful')
    await askChat(browser, 'PATCH /api/app/preferences', { body: { data_collection: 'deny' } })
    const listed = async () => {
      const { data, preselected } = await browser.ask('GET /api/app/models')
      const { callable, withheld } = data.find(({ id }) => id === HOUSE) ?? {}
      return { callable, withheld, preselected }
    }
    expect(await listed()).toMatchObject({
      callable: false,
      withheld: true,
      preselected: expect.not.stringContaining(HOUSE),
    })
    const id = await newChat(browser)
    const body = words('hi', { models: [HOUSE] })
    const { status, error } = await browser.fail('POST /api/app/conversations/:id/messages', { id, body })
    expect({ status, ...error }).toMatchObject({ status: 400, code: 'provider_may_keep_data', field: 'models' })
    expect(error.fix).toContain('Settings, Data')
    expect(await left(browser)).toBe(LIMIT)
    // A model that nobody's credential reaches is no matter of data.
    const other = words('hi', { models: ['openai/gpt-4o'] })
    const unreached = await browser.fail('POST /api/app/conversations/:id/messages', { id, body: other })
    expect(unreached.error.code).toBe('model_not_callable')
    await askChat(browser, 'PATCH /api/app/preferences', { body: { data_collection: 'allow' } })
    expect(await listed()).toMatchObject({ callable: true, withheld: false })
    expect((await answerOf(browser)).status).toBe('done')
  })

  it('costs the person with a credential of their own no message, and never stands in for it within a call', async () => {
    const owner = appBrowser(rig)
    const body = { token: await setupToken(rig), login: 'owner', password: PASSWORD }
    await owner.ask('POST /api/app/setup/password', { body })
    for (let i = 0; i < LIMIT + 2; i++) expect((await answerOf(owner)).figures?.served_by).toBe('own')
    expect(await left(owner)).toBe(LIMIT)
    // Their own is refused: the house's, which would work, is not tried.
    rig.simulation.clear()
    rig.simulation.script('openai', { kind: 'status', status: 401 }, { times: 3 })
    rig.simulation.script('openrouter', { kind: 'status', status: 401 }, { times: 3 })
    const failed = await answerOf(owner)
    expect(failed).toMatchObject({ status: 'failed', failure: { code: 'provider_credential_rejected' } })
    expect(rig.simulation.pending('openai')).toBeGreaterThan(0)
    const row = await rowOf(failed)
    expect(row.attempts.length).toBeGreaterThan(0)
    expect(row.attempts.map(({ reach }) => reach)).not.toContain('house')
    expect(await left(owner)).toBe(LIMIT)
  })

  it('takes over after the person\u2019s own credential was removed, and every answer says whose it was', async () => {
    const browser = await member('leaving')
    const { key } = rig.simulation.providers.openai
    const { credential } = await browser.ask('POST /api/app/credentials', {
      body: { secret: key, provider: 'openai', unchecked: true },
    })
    const id = await newChat(browser)
    const tab = await openTab(rig, browser, id)
    const ask = async (parent: string | null) => {
      const { messages } = await sendWords(browser, id, words('hi', { models: [HOUSE], parent_id: parent }))
      return tab.ended(messages[1]?.id ?? '')
    }
    const first = await ask(null)
    expect([first.figures?.served_by, await left(browser)]).toEqual(['own', LIMIT])
    // Removed in the middle of an answer: that one ends, and nobody else's credential goes on with it.
    rig.simulation.script('openai', { kind: 'stall-mid-stream', afterEvents: 6 })
    const { messages } = await sendWords(browser, id, words('Write 90 words', { models: [HOUSE], parent_id: first.id }))
    const cut = messages[1]?.id ?? ''
    await tab.until((event) => event.type === 'part' && event.message_id === cut)
    await browser.ask('DELETE /api/app/credentials/:id', { id: credential.id })
    const ended = await tab.ended(cut)
    expect(ended).toMatchObject({ status: 'failed', failure: { code: 'no_endpoints' }, figures: { served_by: 'own' } })
    expect(textOf(ended)).not.toBe('')
    const after = await ask(ended.id)
    expect([after.figures?.served_by, await left(browser)]).toEqual(['house', LIMIT - 1])
    tab.leave()
  })
})
