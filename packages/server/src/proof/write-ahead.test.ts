import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { startSimulation } from '@keyway/sim'
import { expect, test } from 'vitest'
import { type Rig, startRig } from '../testing/rig.ts'
import { callChat, keptConnections } from './testing/client.ts'
import { proveFigure } from './testing/figure.ts'
import { withFolder } from './testing/home.ts'
import { serverEnv, standBy } from './testing/server-process.ts'
import { hasStrace, SYNC_TRACE, traceOf } from './testing/sync-trace.ts'

// F3 and law 2: no byte of an answer before its hold is durable.

const CHAT = { model: 'openai/gpt-4o-mini', messages: [{ role: 'user', content: 'Hello' }], max_tokens: 20 }

/** Takes the moment when a hold is durable into the test's own hands. */
function holdBack(rig: Rig, durable: (callId: string, real: Promise<void>) => Promise<void>): void {
  const { gateway } = rig.server.house
  const { store } = gateway
  gateway.store = {
    reserve: async (hold) => {
      const answer = await store.reserve(hold)
      return answer.admitted ? { ...answer, durable: durable(hold.callId, answer.durable) } : answer
    },
    checkpoint: (callId, streamed) => store.checkpoint(callId, streamed),
  }
}

test.each([{ stream: true }, { stream: false }])(
  'an answer waits for its hold, however long that takes: stream $stream',
  async ({ stream }) => {
    const rig = await startRig({ env: { KEYWAY_CATALOGUE__REFRESH: 'false' } })
    try {
      let write: () => void = () => undefined
      const written = new Promise<void>((resolve) => {
        write = resolve
      })
      holdBack(rig, (_id, real) => written.then(() => real))
      let bytes = 0
      const answer = callChat(rig.url, {
        key: rig.key,
        body: { ...CHAT, stream },
        onBytes: (piece) => {
          bytes += piece.length
        },
      })
      const upstream = await rig.simulation.waitFor((request) => request.path.endsWith('/chat/completions'))
      // The provider has given all of a whole answer; of a stream, what we were willing to take.
      if (!stream) await upstream.ended
      // The same connections and event loop carry other answers meanwhile.
      for (let turn = 0; turn < 5; turn++) expect((await rig.call('/health')).status).toBe(200)
      expect(bytes).toBe(0)
      write()
      const { status, complete } = await answer
      expect({ status, complete }).toEqual({ status: 200, complete: true })
    } finally {
      await rig.close()
    }
  },
)

test.each([{ stream: true }, { stream: false }])(
  'an answer whose hold cannot be written is not given: stream $stream',
  async ({ stream }) => {
    const rig = await startRig({ env: { KEYWAY_CATALOGUE__REFRESH: 'false' } })
    try {
      holdBack(rig, async (_id, real) => {
        await real
        throw new Error('the disk is full')
      })
      const { status, text } = await callChat(rig.url, { key: rig.key, body: { ...CHAT, stream } })
      expect(status).toBe(500)
      expect(text).not.toContain('simulated')
      expect(rig.server.house.live.size).toBe(0)
    } finally {
      await rig.close()
    }
  },
)

test('F3: the first byte of each answer leaves after its hold is durable, in the order of the process', async () => {
  await proveFigure('F3 (order of events)', { full: 4_000, usual: 200 }, async ({ count, random }) => {
    const rig = await startRig({ env: { KEYWAY_CATALOGUE__REFRESH: 'false' } })
    const agent = keptConnections()
    try {
      const durableAtMs = new Map<string, number>()
      // Each disk takes its own time.
      holdBack(rig, async (id, real) => {
        await real
        await new Promise((resolve) => setTimeout(resolve, random.integer(0, 20)))
        durableAtMs.set(id, performance.now())
      })
      let left = count
      const one = async () => {
        while (left-- > 0) {
          const stream = random.next() < 0.5
          const { id, firstByteAtMs, complete } = await callChat(rig.url, {
            key: rig.key,
            agent,
            body: { ...CHAT, stream },
          })
          expect(complete).toBe(true)
          expect(firstByteAtMs ?? 0).toBeGreaterThan(durableAtMs.get(id ?? '') ?? Number.POSITIVE_INFINITY)
        }
      }
      await Promise.all(Array.from({ length: 16 }, one))
      return 'answers, each first byte after its hold was durable'
    } finally {
      agent.destroy()
      await rig.close()
    }
  })
}, 300_000)

test('F3: by the system calls, the sync of the commit with its hold returned before the first byte of each answer', async () => {
  await proveFigure('F3', { full: 2_000, usual: 0 }, async ({ count, full, random }) => {
    if (!full) return 'not traced in npm test: the order of events above stands for it'
    if (!hasStrace())
      throw new Error('F3 needs strace: install it (apt-get install strace) and run npm run prove again')
    const simulation = await startSimulation()
    const rig = await startRig({ simulation, env: { KEYWAY_CATALOGUE__REFRESH: 'false' } })
    await rig.close('keep')
    try {
      return await withFolder(async (folder) => {
        const file = join(folder, 'trace')
        const wrapper = [...SYNC_TRACE, '-o', file]
        const server = await standBy({ env: serverEnv(rig.home, simulation), wrapper }).serve()
        const ids: string[] = []
        let left = count
        const one = async () => {
          while (left-- > 0) {
            const stream = random.next() < 0.5
            const { id, complete } = await callChat(server.url, { key: rig.key, body: { ...CHAT, stream } })
            if (!complete || id === undefined) throw new Error('a call was not answered')
            ids.push(id)
          }
        }
        await Promise.all(Array.from({ length: 16 }, one))
        // strace takes no signal while it writes to a file; the server's own number stands in its home.
        process.kill(Number(readFileSync(join(rig.home, 'keyway.pid'), 'utf8')), 'SIGTERM')
        await server.exited
        const trace = traceOf(file, ids)
        expect(trace.missing).toEqual([])
        expect(trace.early).toEqual([])
        return `answers traced: each was written to its socket after the fsync of the commit with its hold; ${trace.syncs} syncs`
      })
    } finally {
      await rig.close('remove')
      await simulation.close()
    }
  })
}, 1_200_000)
