import { type Simulation, startSimulation } from '@keyway/sim'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { finishConnect, startConnect } from './connect.ts'
import { openTestHouse } from './test-house.ts'

let simulation: Simulation
let opened: Awaited<ReturnType<typeof openTestHouse>>

beforeAll(async () => {
  simulation = await startSimulation()
  opened = await openTestHouse({ file: `connect: {openrouter_url: "${simulation.openrouter.siteUrl}"}` })
})
afterAll(async () => {
  await opened.close()
  await simulation.close()
})
beforeEach(() => {
  simulation.openrouter.account.consent = 'approve'
})

async function codeAt(url: string): Promise<string> {
  return /id="code">([^<]+)</.exec(await (await fetch(url)).text())?.[1] ?? ''
}

test('a code that is none, of another attempt, or used before leaves nothing behind', async () => {
  const { house } = opened
  const begun = await startConnect.handle(house, {})
  const finish = (args: object) => finishConnect.handle(house, { flow: begun.flow, ...args })
  await expect(finish({ code: 'two words' })).rejects.toMatchObject({ code: 'invalid_request' })
  await expect(finish({ flow: 'flow_x', code: 'abc' })).rejects.toMatchObject({ code: 'invalid_request' })
  await expect(finish({ code: 'abcdefghijklmnopqrstu' })).rejects.toMatchObject({ code: 'provider_rejected' })
  await expect(finish({ code: await codeAt(begun.url) })).rejects.toMatchObject({ code: 'invalid_request' })
  expect(await house.vault.list(house.workspace.id)).toEqual([])
})

test('the code connects the owner\u2019s account, with the terms that were chosen', async () => {
  const { house } = opened
  const begun = await startConnect.handle(house, { limit: '5.00', reset: 'monthly' })
  const connected = await finishConnect.handle(house, { flow: begun.flow, code: await codeAt(begun.url) })
  const [key] = simulation.openrouter.account.keys()
  expect(key).toMatchObject({ limit: 5, reset: 'monthly' })
  const revokeUrl = `${simulation.openrouter.siteUrl}/keys/${key?.hash}`
  expect(connected).toEqual({ connected_as: 'sam@example.com', revoke_url: revokeUrl, previous_key_url: null })
  expect(JSON.stringify(connected)).not.toContain(key?.key)
})

test('another account replaces it only when asked to', async () => {
  const { house } = opened
  simulation.openrouter.account.become({ userId: 'user_other', email: 'other@example.com' })
  const first = await startConnect.handle(house, {})
  const refused = finishConnect.handle(house, { flow: first.flow, code: await codeAt(first.url) })
  await expect(refused).rejects.toMatchObject({ code: 'conflict' })
  const second = await startConnect.handle(house, {})
  const args = { flow: second.flow, code: await codeAt(second.url), replace: true }
  expect(await finishConnect.handle(house, args)).toMatchObject({ connected_as: 'other@example.com' })
})
