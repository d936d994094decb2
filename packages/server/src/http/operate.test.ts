import { connect, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { readStream } from '../testing/read-events.ts'
import { type Rig, type RigOptions, startRig } from '../testing/rig.ts'

const CHAT = '/api/v1/chat/completions'
const ask = (content: string) => ({ model: 'openai/gpt-4o-mini', messages: [{ role: 'user', content }], stream: true })

const open: Rig[] = []
async function start(options: RigOptions = {}): Promise<Rig> {
  const rig = await startRig(options)
  open.push(rig)
  return rig
}
afterEach(async () => {
  for (const rig of open.splice(0)) await rig.close()
})

/** A connection on which a stream has begun: a further request on it waits for the stream's end. */
async function openStream(rig: Rig): Promise<{ socket: Socket; answers: Promise<string> }> {
  const socket = connect(Number(new URL(rig.url).port), 'localhost')
  const answers = readAll(socket)
  const body = JSON.stringify(ask('write 50 words'))
  socket.write(
    `POST ${CHAT} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${rig.key}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  )
  await new Promise<void>((resolve) => socket.once('data', () => resolve()))
  return { socket, answers }
}

describe('while it serves', () => {
  it('is healthy and ready, and says so without a key', async () => {
    const rig = await start()
    for (const path of ['/health', '/health/liveliness', '/health/liveness']) {
      const response = await rig.call(path, { key: null })
      expect(response.status).toBe(200)
      expect(await response.json()).toMatchObject({ status: 'ok', version: expect.any(String) })
    }
    for (const path of ['/ready', '/health/readiness']) {
      const response = await rig.call(path, { key: null })
      expect(response.status).toBe(200)
      expect(response.headers.get('cache-control')).toBe('no-store')
      expect(await response.json()).toEqual({
        status: 'ready',
        checks: { draining: 'ok', database: 'ok', ledger: 'ok', root_key: 'ok' },
      })
    }
  })

  it('is not ready when the database is gone, and is healthy all the same', async () => {
    const rig = await start()
    const { store } = rig.server.house
    const { ping } = store
    store.ping = () => Promise.reject(new Error('gone'))
    const response = await rig.call('/ready', { key: null })
    expect(response.status).toBe(503)
    expect(await response.json()).toMatchObject({ status: 'not ready', checks: { database: 'failing' } })
    expect((await rig.call('/health', { key: null })).status).toBe(200)
    store.ping = ping
  })
})

describe('when it is told to stop', () => {
  it('lets a running stream finish, and closes at once after it', async () => {
    const rig = await start()
    rig.simulation.script('openai', { kind: 'slow-events', intervalMs: 10 })
    const response = await rig.call(CHAT, { json: ask('write 20 words') })
    const closing = rig.server.close()
    const { done, text } = await readStream(response)
    expect(done).toBe(true)
    expect(text.split(' ')).toHaveLength(20)
    const endedAtMs = performance.now()
    await closing
    expect(performance.now() - endedAtMs).toBeLessThan(2_000)
  })

  it('ends the rest with an error event after its time, settles them, and frees the home', async () => {
    const rig = await start({ env: { KEYWAY_LIMITS__DRAIN_MS: '50' } })
    rig.simulation.script('openai', { kind: 'stall-mid-stream', afterEvents: 5 }, { times: 2 })
    const stream = await rig.call(CHAT, { json: ask('write 50 words') })
    const whole = rig.call(CHAT, { json: { ...ask('hi'), stream: false } })
    await rig.simulation.waitFor(() => rig.simulation.requests.filter(({ method }) => method === 'POST').length === 2)
    await rig.server.close()
    const { chunks, done } = await readStream(stream)
    expect(done).toBe(false)
    expect(chunks.at(-1)?.error).toMatchObject({ code: 503, metadata: { reason: 'draining' } })
    const refused = await whole
    expect(refused.status).toBe(503)
    expect(await refused.json()).toMatchObject({ error: { code: 503, metadata: { reason: 'draining' } } })

    const again = await start({ home: rig.home, simulation: rig.simulation })
    const found = (await again.generations()).map(({ generation, basis }) => [generation.streamed, basis])
    expect(found.sort()).toEqual([
      [false, 'estimated'],
      [true, 'estimated'],
    ])
    const { store, workspace } = again.server.house
    const spend = await store.spendOf('workspace', workspace.id, Date.now())
    expect(spend.held).toBe(0n)
    expect(spend.total).toBeGreaterThan(0n)
    await again.close('keep')
    open.splice(open.indexOf(again), 1)
  })

  it('refuses further calls on connections that are open, in the envelope, and is not ready', async () => {
    const rig = await start()
    rig.simulation.script('openai', { kind: 'stall-mid-stream', afterEvents: 3 }, { times: 2 })
    const calling = await openStream(rig)
    const probing = await openStream(rig)
    const closing = rig.server.close()
    const { store } = rig.server.house
    const { ping } = store
    const probed = new Promise<void>((resolve) => {
      store.ping = () => {
        resolve()
        return ping()
      }
    })
    const head = `HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${rig.key}\r\n\r\n`
    calling.socket.write(`GET /api/v1/key ${head}`)
    probing.socket.write(`GET /ready ${head}`)
    await probed
    rig.server.hurry()
    expect(await calling.answers).toMatch(
      /HTTP\/1\.1 503 [\s\S]*retry-after: 5[\s\S]*"code":503,[\s\S]*"reason":"draining"/i,
    )
    expect(await probing.answers).toMatch(/HTTP\/1\.1 503 [\s\S]*"status":"not ready","checks":\{"draining":"draining"/)
    await closing
    await expect(rig.call('/health')).rejects.toThrow()
  })

  it('does not wait for connections that were opened and never used', async () => {
    const rig = await start()
    const { port } = new URL(rig.url)
    const socket = connect(Number(port), 'localhost')
    await new Promise<void>((resolve) => socket.once('connect', () => resolve()))
    expect((await rig.call('/health')).status).toBe(200)
    const startedAtMs = performance.now()
    await rig.server.close()
    expect(performance.now() - startedAtMs).toBeLessThan(2_000)
    socket.destroy()
  })

  it('ends everything at once when it is told again', async () => {
    const rig = await start()
    rig.simulation.script('openai', { kind: 'stall-mid-stream', afterEvents: 3 })
    const response = await rig.call(CHAT, { json: ask('write 50 words') })
    const closing = rig.server.close()
    rig.server.hurry()
    const { chunks, done } = await readStream(response)
    expect(done).toBe(false)
    expect(chunks.at(-1)?.error?.metadata).toMatchObject({ reason: 'draining' })
    await closing
    expect(rig.server.close()).toBe(closing)
  })
})

/** Everything that a socket says until it closes. */
function readAll(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8')
    })
    socket.on('error', reject)
    socket.on('close', () => resolve(text))
  })
}
