import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { repeatByTimer } from './chores.ts'
import { makeUpTime } from './testing/made-up-time.ts'
import { type Rig, startRig } from './testing/rig.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

const time = makeUpTime()
let rig: Rig

beforeAll(async () => {
  rig = await startRig({ clock: time.clock, repeat: time.repeat, env: { KEYWAY_CATALOGUE__REFRESH: 'false' } })
})
// It is closed by the test itself; a second time does nothing.
afterAll(async () => {
  await rig.close()
})

/** How often the issuer was asked about a key. */
const asked = () => rig.simulation.requests.filter(({ path }) => path === '/openrouter/api/v1/key').length

test('a connected account is asked about every hour, a key that was revoked is noticed, and it ends with the server', async () => {
  const { link, owner } = rig.server.house
  const person = { userId: owner.id, actor: { id: owner.id, workspaceId: owner.workspaceId } }
  const connect = async () => {
    const { flowId, url } = await link.startHeadless(person, {})
    const pasted = /id="code">([^<]+)</.exec(await (await fetch(url)).text())?.[1] ?? ''
    expect((await link.finishHeadless(person, { flowId, pasted })).outcome).toBe('done')
  }
  const state = async () => (await link.view(owner.id)).connection?.state

  // A moment after the server looked: an hour later to the second it is not due yet.
  await time.goOn(1)
  rig.simulation.openrouter.account.consent = 'approve'
  await connect()
  const before = asked()
  await time.goOn(HOUR_MS - MINUTE_MS)
  expect(asked()).toBe(before)
  await time.goOn(6 * MINUTE_MS)
  expect(asked()).toBe(before + 1)
  for (const times of [2, 3]) {
    await time.goOn(HOUR_MS)
    expect(asked()).toBe(before + times)
  }

  const [key] = rig.simulation.openrouter.account.keys()
  rig.simulation.openrouter.account.revoke(key?.hash ?? '')
  expect(await state()).toBe('connected')
  await time.goOn(HOUR_MS)
  expect(await state()).toBe('revoked')

  await connect()
  const last = asked()
  expect(time.count()).toBeGreaterThan(0)
  await rig.server.close()
  expect(time.count()).toBe(0)
  await time.goOn(3 * HOUR_MS)
  expect(asked()).toBe(last)
})

test('by the machine’s timers an act comes round until it is ended', () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  try {
    const act = vi.fn(async () => undefined)
    const end = repeatByTimer(act, HOUR_MS)
    vi.advanceTimersByTime(2 * HOUR_MS)
    expect(act).toHaveBeenCalledTimes(2)
    end()
    vi.advanceTimersByTime(2 * HOUR_MS)
    expect(act).toHaveBeenCalledTimes(2)
  } finally {
    vi.useRealTimers()
  }
})
