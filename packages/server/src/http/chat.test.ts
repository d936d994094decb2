import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Rig, startRig } from '../testing/rig.ts'

let rig: Rig
beforeAll(async () => {
  rig = await startRig()
})
afterAll(() => rig.close())

describe('POST /chat/completions', () => {
  it('answers', async () => {
    const response = await rig.call('/api/v1/chat/completions', {
      json: { model: 'openai/gpt-4o-mini', messages: [{ role: 'user', content: 'hi' }] },
    })
    expect(response.status).toBe(200)
  })
})
