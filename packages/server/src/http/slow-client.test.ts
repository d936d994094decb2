import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Rig, startRig } from '../testing/rig.ts'

// Attacks by slowness: many clients that each send almost nothing, and so keep what others wait for.

const CHAT = '/api/v1/chat/completions'
const CONNECTIONS = 12
/** A byte every so often: much sooner than anything is given up for silence. */
const DRIP_MS = 40

let rig: Rig
beforeAll(async () => {
  rig = await startRig({
    env: {
      KEYWAY_LIMITS__REQUEST_HEAD_MS: '1000',
      KEYWAY_LIMITS__REQUEST_BODY_MS: '1000',
      KEYWAY_LIMITS__CONNECTIONS: String(CONNECTIONS),
    },
  })
})
afterAll(() => rig.close())

/** @returns the connection, and its end, which is an error where the server closes while we write */
function open(): { socket: Socket; closed: Promise<void> } {
  const socket = connect(Number(new URL(rig.url).port), '127.0.0.1')
  const { promise: closed, resolve } = Promise.withResolvers<void>()
  socket.on('error', () => resolve())
  socket.on('close', () => resolve())
  return { socket, closed }
}
const head = (rest: string) => `POST ${CHAT} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer KEY\r\n${rest}`

/** Sends this at once, then more for as long as it may. @returns what came back, and after how long it was over */
async function drip(atOnce: string, piece: string): Promise<{ answer: string; afterMs: number }> {
  const { socket, closed } = open()
  const startedMs = performance.now()
  let answer = ''
  socket.on('data', (data) => {
    answer += data.toString()
  })
  socket.write(atOnce.replace('KEY', rig.key))
  const dripping = piece === '' ? undefined : setInterval(() => socket.write(piece), DRIP_MS)
  await closed
  clearInterval(dripping)
  return { answer, afterMs: performance.now() - startedMs }
}

describe.concurrent('a client that takes its time', () => {
  const BODY = 'Content-Type: application/json\r\nContent-Length: 100000\r\n\r\n{"model":'
  it.each([
    ['over a header', head('X-Slow: '), 'a'],
    ['over its headers, each of them whole', head(''), 'X-Slow: a\r\n'],
    ['over the first line', 'POST /api', 'a'],
    ['over a body of a known length', head(BODY), ' '],
    [
      'over a body in chunks',
      head('Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n'),
      '1\r\n \r\n',
    ],
    ['over everything, since it sends nothing at all', '', ''],
  ])('%s is refused when the time is over, however it drips', async (_what, atOnce, piece) => {
    const { answer, afterMs } = await drip(atOnce, piece)
    if (atOnce !== '') {
      expect(answer).toMatch(/^HTTP\/1\.1 408 /)
      const { error } = JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')))
      expect(error).toMatchObject({ code: 408, message: expect.stringContaining('took longer') })
      expect(error.metadata).toMatchObject({
        error_type: 'timeout',
        fix: expect.stringContaining('limits.request_head_ms'),
        docs_url: `${rig.url}/docs/troubleshooting#invalid_request`,
      })
    }
    // The limit, and a second until it is looked at.
    expect(afterMs).toBeGreaterThan(900)
    expect(afterMs).toBeLessThan(15_000)
  })
})

it('leaves nothing behind: no call, no room held for a body', async () => {
  expect(rig.server.house.live.size).toBe(0)
  expect(rig.simulation.requests.filter(({ method }) => method === 'POST')).toEqual([])
  const json = { model: 'openai/gpt-4o-mini', messages: [{ role: 'user', content: 'hi' }] }
  expect((await rig.call(CHAT, { json })).status).toBe(200)
})

it('closes the connection beyond the limit at once, and serves again when one is gone', async () => {
  const ask = async () => {
    const { socket, closed } = open()
    socket.write('GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n')
    // What is let in is answered.
    const answered = new Promise<false>((resolve) => socket.once('data', () => resolve(false)))
    return { socket, closed: await Promise.race([closed.then(() => true), answered]) }
  }
  const kept = []
  for (let index = 0; index < 4 * CONNECTIONS; index++) kept.push(await ask())
  const refused = kept.filter(({ closed }) => closed)
  // Connections of the calls before may still be open.
  expect(kept.length - refused.length).toBeLessThanOrEqual(CONNECTIONS)
  expect(kept.length - refused.length).toBeGreaterThan(CONNECTIONS / 2)
  const [first] = kept
  first?.socket.destroy()
  await expect
    .poll(
      async () => {
        const again = await ask()
        again.socket.destroy()
        return again.closed
      },
      { timeout: 10_000 },
    )
    .toBe(false)
  for (const { socket } of kept) socket.destroy()
})
