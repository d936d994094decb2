import { startChild } from './child.ts'
import type { Contender, Starter } from './contender.ts'

const HEADERS = { authorization: 'Bearer sk-bench' }
const PATH = '/v1/chat/completions'

/** No gateway at all: what is subtracted. */
export const direct: Starter = {
  name: 'direct',
  async start(mockPort): Promise<Contender> {
    return {
      name: 'direct',
      about: 'the mock itself',
      port: mockPort,
      path: PATH,
      headers: HEADERS,
      model: (name) => name,
      pid: undefined,
      startMs: 0,
      stop: async () => undefined,
    }
  },
}

/** The floor for anything written on Node. */
export const pipe: Starter = {
  name: 'pipe',
  async start(mockPort): Promise<Contender> {
    const begin = performance.now()
    const child = startChild([process.execPath, new URL('./pipe.ts', import.meta.url).pathname, String(mockPort)], {
      core: 'gateway',
    })
    const { port } = JSON.parse(await child.line()) as { port: number }
    return {
      name: 'pipe',
      about: 'bare node:http, bytes piped through',
      port,
      path: PATH,
      headers: HEADERS,
      model: (name) => name,
      pid: child.pid,
      startMs: performance.now() - begin,
      stop: () => child.stop(),
    }
  },
}
