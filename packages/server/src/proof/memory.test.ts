import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { type Fault, startSimulation } from '@keyway/sim'
import { expect, test } from 'vitest'
import { startRig } from '../testing/rig.ts'
import { callChat } from './testing/client.ts'
import { proveFigure } from './testing/figure.ts'
import { type ServerProcess, serverEnv, startServerProcess } from './testing/server-process.ts'

// F14 and F23: the resident memory of a real server, by the operating system's account of its process.

const MIB = 2 ** 20
const BOMB_GROWTH_BYTES_MAX = 64 * MIB
const SLOW_GROWTH_BYTES_MAX = 256 * MIB
/** Each bomb is answered within this, with an error. Milliseconds; the machine may be busy with other tests. */
const BOMB_MS_MAX = 10_000
/** Answers beforehand, so that what is measured is growth and not the start. */
const WARM_CALLS = 50

const BOMBS: readonly { name: string; fault: Fault; stream: boolean }[] = [
  { name: 'gzip bomb of 100 MiB', fault: { kind: 'gzip-bomb' }, stream: false },
  { name: 'gzip bomb of 100 MiB, streamed', fault: { kind: 'gzip-bomb' }, stream: true },
  { name: 'event of 50 MiB', fault: { kind: 'huge-event' }, stream: true },
  { name: 'body of 50 MiB', fault: { kind: 'huge-event' }, stream: false },
  { name: 'body without end', fault: { kind: 'never-ending' }, stream: false },
  { name: 'head of 1 MiB', fault: { kind: 'huge-headers', bytes: MIB }, stream: false },
]

test('F23: bombs from a provider end in an error, and memory stays where it was', async () => {
  await proveFigure('F23', { full: 60, usual: 6 }, async ({ count }) => {
    // The usual limits are 16 MiB for an event and 64 MiB for a body: what a call may hold is set below what is measured.
    const limits = { KEYWAY_LIMITS__EVENT_BYTES: String(4 * MIB), KEYWAY_LIMITS__REPLY_BYTES: String(4 * MIB) }
    return withServer(limits, async ({ server, simulation, key }) => {
      const before = residentBytes(server)
      const watch = watchPeak(server)
      let slowestMs = 0
      for (let turn = 0; turn < count; turn++) {
        const bomb = BOMBS[turn % BOMBS.length]
        if (bomb === undefined) continue
        // Tried again, it is a bomb again.
        simulation.script('mistral', bomb.fault, { times: 2 })
        const begin = performance.now()
        const { status, text } = await callChat(server.url, { key, body: { ...MISTRAL, stream: bomb.stream } })
        const ms = performance.now() - begin
        slowestMs = Math.max(slowestMs, ms)
        if (status === 200) expect(text, bomb.name).toContain('"error"')
        else expect(status, bomb.name).toBeGreaterThanOrEqual(500)
        expect(ms, bomb.name).toBeLessThan(BOMB_MS_MAX)
        simulation.reset()
      }
      const growth = watch.stop() - before
      expect(growth).toBeLessThanOrEqual(BOMB_GROWTH_BYTES_MAX)
      return `bombs (gzip, 50 MiB event, 50 MiB body, endless body, 1 MiB head; limits 4 MiB): peak growth ${(growth / MIB).toFixed(0)} MiB, slowest refused in ${slowestMs.toFixed(0)} ms`
    })
  })
}, 600_000)

test('F14: readers that take nothing slow their own streams, and memory stays bounded', async () => {
  await proveFigure('F14', { full: 1_000, usual: 20 }, async ({ count }) =>
    withServer({}, async ({ server, simulation, key }) => {
      const before = residentBytes(server)
      const watch = watchPeak(server)
      simulation.script('mistral', { kind: 'never-ending' }, { times: count })
      const body = JSON.stringify({ ...MISTRAL, stream: true })
      const head = `POST /api/v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${key}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n`
      const port = Number(new URL(server.url).port)
      const readers = await Promise.all(
        Array.from(
          { length: count },
          () =>
            new Promise<ReturnType<typeof connect>>((resolve, reject) => {
              const socket = connect(port, '127.0.0.1', () => socket.write(head + body))
              socket.once('error', reject)
              socket.once('readable', () => {
                // One look, and then nothing more is read: the kernel's buffers fill, and the server has to wait.
                socket.read(1)
                resolve(socket)
              })
            }),
        ),
      )
      await untilStill(server)
      const growth = watch.stop() - before
      const settled = residentBytes(server) - before
      const ended = simulation.requests.map((request) => request.ended)
      for (const socket of readers) socket.on('error', () => undefined).destroy()
      await Promise.all(ended)
      expect(growth).toBeLessThanOrEqual(SLOW_GROWTH_BYTES_MAX)
      return `readers of endless streams who take nothing: peak growth ${(growth / MIB).toFixed(0)} MiB, ${(settled / MIB).toFixed(0)} MiB once all stand still`
    }),
  )
}, 600_000)

const MISTRAL = {
  model: 'mistralai/mistral-medium-latest',
  messages: [{ role: 'user', content: 'Hello' }],
  max_tokens: 50,
}

type Running = { server: ServerProcess; simulation: Awaited<ReturnType<typeof startSimulation>>; key: string }

async function withServer(env: Record<string, string>, work: (running: Running) => Promise<string>): Promise<string> {
  const simulation = await startSimulation()
  const rig = await startRig({ simulation, env: { KEYWAY_CATALOGUE__REFRESH: 'false' } })
  await rig.close('keep')
  try {
    const limits = { KEYWAY_LIMITS__DRAIN_MS: '0', ...env }
    const server = await startServerProcess({ env: serverEnv(rig.home, simulation, limits) })
    try {
      for (let call = 0; call < WARM_CALLS; call++) {
        const { complete } = await callChat(server.url, { key: rig.key, body: { ...MISTRAL, stream: call % 2 === 0 } })
        expect(complete).toBe(true)
      }
      simulation.reset()
      return await work({ server, simulation, key: rig.key })
    } finally {
      await server.end('SIGKILL')
    }
  } finally {
    await rig.close('remove')
    await simulation.close()
  }
}

/** @see https://man7.org/linux/man-pages/man5/proc_pid_status.5.html (read 2026-11-21) */
function residentBytes({ pid }: ServerProcess): number {
  const kib = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  if (kib === undefined) throw new Error('this system does not say how much memory a process has')
  return Number(kib) * 1024
}

/** Looks at the memory all the while. */
function watchPeak(server: ServerProcess): { stop(): number } {
  let peak = residentBytes(server)
  const look = () => {
    peak = Math.max(peak, residentBytes(server))
  }
  const timer = setInterval(look, 20)
  return {
    stop() {
      look()
      clearInterval(timer)
      return peak
    },
  }
}

/** Looks in a row without work before a process counts as still: one alone may be the turn of another process. */
const QUIET_LOOKS = 6
const LOOK_MS = 300

/** Resolves when the process has used hardly any processor time for a while: nothing moves any more. */
async function untilStill({ pid }: ServerProcess): Promise<void> {
  const ticks = () => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.split(' ') ?? []
    return Number(fields[11]) + Number(fields[12])
  }
  let last = ticks()
  for (let quiet = 0; quiet < QUIET_LOOKS; ) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
    const now = ticks()
    // A tick is 10 ms.
    quiet = now - last <= 2 ? quiet + 1 : 0
    last = now
  }
}
