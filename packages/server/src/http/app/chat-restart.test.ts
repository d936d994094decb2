import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Simulation, startSimulation } from '@keyway/sim'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AppBrowser, appBrowser, setupToken } from '../../testing/app-browser.ts'
import { askChat, newChat, openTab, sendWords, textOf, words } from '../../testing/chat-tab.ts'
import { type Rig, startRig } from '../../testing/rig.ts'

const MINI = 'openai/gpt-4o-mini'
const PASSWORD = 'maple engine slow river'

let home: string
let simulation: Simulation
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'keyway-chat-'))
  simulation = await startSimulation()
})
afterAll(async () => {
  await simulation.close()
  await rm(home, { recursive: true, force: true })
})

async function start(env: Record<string, string> = {}): Promise<{ rig: Rig; browser: AppBrowser }> {
  simulation.reset()
  const rig = await startRig({ home, simulation, env: { KEYWAY_LIMITS__DRAIN_MS: '300', ...env } })
  const browser = appBrowser(rig)
  const body = { token: await setupToken(rig), login: 'owner', password: PASSWORD }
  await browser.ask('POST /api/app/setup/password', { body })
  return { rig, browser }
}

/** Begins an answer that will not end by itself, of which some words have come. */
async function beginStalled(rig: Rig, browser: AppBrowser) {
  const id = await newChat(browser)
  const tab = await openTab(rig, browser, id)
  simulation.script('openai', { kind: 'stall-mid-stream', afterEvents: 8 })
  const { messages } = await sendWords(browser, id, words('Write 200 words', { models: [MINI] }))
  await tab.until(({ type }) => type === 'part')
  return { id, tab, answer: messages[1]?.id ?? '' }
}

describe('a server that stops', () => {
  it('ends its answers as the gateway ends calls, tells every tab, and stores what came', async () => {
    const first = await start()
    const { id, tab, answer } = await beginStalled(first.rig, first.browser)
    await first.rig.close('keep')
    const end = await tab.ended(answer)
    expect(end).toMatchObject({ status: 'interrupted', failure: { code: 'draining' }, figures: { estimated: true } })
    await tab.over
    const second = await start()
    const { messages, conversation } = await askChat(second.browser, 'GET /api/app/conversations/:id', { id })
    expect(messages.find((one) => one.id === answer)).toEqual(end)
    expect(conversation.streaming).toBe(false)
    await second.rig.close('keep')
  })

  it('lets an answer that ends in time end', async () => {
    const { rig, browser } = await start({ KEYWAY_LIMITS__DRAIN_MS: '20000' })
    const id = await newChat(browser)
    const tab = await openTab(rig, browser, id)
    simulation.script('openai', { kind: 'slow-events', intervalMs: 5 })
    const { messages } = await sendWords(browser, id, words('Write 80 words', { models: [MINI] }))
    await tab.until(({ type }) => type === 'part')
    const closing = rig.close('keep')
    const end = await tab.ended(messages[1]?.id ?? '')
    expect([end.status, textOf(end).split(' ').length]).toEqual(['done', 80])
    await tab.over
    await closing
  })
})

describe('a server that died', () => {
  it('finds its answers interrupted at the next start, with what was stored of them and what they cost', async () => {
    const first = await start()
    const { store, live, owner } = first.rig.server.house
    const { id, tab, answer } = await beginStalled(first.rig, first.browser)
    const whose = { workspaceId: owner.workspaceId, userId: owner.id }
    await expect.poll(async () => (await store.findProgress(whose, answer))?.message.parts.length).toBeGreaterThan(0)
    // As if the process had gone: nothing of the answer's end reaches the database.
    store.endAnswer = () => Promise.resolve(undefined)
    tab.leave()
    await first.rig.close('keep')
    expect(live.size).toBe(0)

    const second = await start()
    const { messages, conversation } = await askChat(second.browser, 'GET /api/app/conversations/:id', { id })
    const found = messages.find((one) => one.id === answer)
    expect(found).toMatchObject({ status: 'interrupted', failure: { code: 'answer_interrupted' } })
    expect(textOf(found)).not.toBe('')
    expect(found?.figures).toMatchObject({ estimated: true, served_by: 'own', provider: 'OpenAI' })
    expect(conversation).toMatchObject({ streaming: false, cost_usd: found?.figures?.cost_usd })
    const again = await openTab(second.rig, second.browser, id)
    expect(again.events.map(({ type }) => type)).toEqual(['hello'])
    again.leave()
    await second.rig.close('keep')
  })
})
