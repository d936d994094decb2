import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Rig, startRig } from '../testing/rig.ts'

let rig: Rig
beforeAll(async () => {
  rig = await startRig()
})
afterAll(() => rig.close())

const ask = () =>
  rig.call('/api/v1/chat/completions', {
    json: { model: 'openai/gpt-4o-mini', messages: [{ role: 'user', content: 'hi' }] },
  })

it('asks no provider for an answer that could not be given, once the disk takes no holds', async () => {
  const { gateway } = rig.server.house
  const { store } = gateway
  gateway.store = {
    checkpoint: () => undefined,
    reserve: async (hold) => {
      const answer = await store.reserve(hold)
      if (!answer.admitted) return answer
      const durable = answer.durable.then(() => Promise.reject(new Error('database or disk is full')))
      return { ...answer, durable }
    },
  }
  // The first call finds out; it was on its way already.
  expect((await ask()).status).toBe(500)
  const asked = rig.simulation.requests.length
  for (let i = 0; i < 3; i++) expect((await ask()).status).toBe(500)
  expect(rig.simulation.requests.length).toBe(asked)
  expect(await (await rig.call('/ready', { key: null })).json()).toMatchObject({ checks: { ledger: 'failing' } })

  gateway.store = store
  expect((await ask()).status).toBe(200)
})
