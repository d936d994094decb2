import type { ServerResponse } from 'node:http'

/** The client left before it had the whole answer: there is nobody to deliver to. */
export class ClientLeftError extends Error {
  override readonly name = 'ClientLeftError'
}

/** How an exchange ended. `client`: it left before it had the whole answer. Time is performance.now(). */
export type Ending = { by: 'client' | 'server'; atMs: number }

/** One response under the hand of a fault: every step is seen through before the next, and ends if the client leaves. */
export type Wire = {
  head(status: number, headers: Record<string, string>): void
  /** One write, flushed to the operating system. @throws ClientLeftError */
  write(bytes: Uint8Array): Promise<void>
  /** @throws ClientLeftError */
  pause(ms: number): Promise<void>
  /** Never returns. @throws ClientLeftError when the client leaves or the simulation closes */
  stall(): Promise<never>
  end(): void
  /** Closes the connection without ending the response. */
  destroy(): void
}

/** Takes a response in hand and tells how its exchange ends. */
export function openWire(response: ServerResponse, isClosing: () => boolean): { wire: Wire; ended: Promise<Ending> } {
  const left = new AbortController()
  let destroyed = false
  const ended = new Promise<Ending>((resolve) => {
    response.once('close', () => {
      // What is neither finished nor broken off here was broken off there.
      const byClient = !response.writableFinished && !destroyed && !isClosing()
      resolve({ by: byClient ? 'client' : 'server', atMs: performance.now() })
      left.abort()
    })
  })
  const wire: Wire = {
    head(status, headers) {
      response.writeHead(status, headers)
    },
    write: (bytes) =>
      untilLeft<void>(left.signal, (resolve) => {
        // Node joins the writes of one turn of the event loop, so the next one has to wait for another turn.
        response.write(bytes, (error) => {
          if (error === undefined || error === null) setImmediate(resolve)
        })
        return () => undefined
      }),
    pause: (ms) =>
      untilLeft<void>(left.signal, (resolve) => {
        const timer = setTimeout(resolve, ms)
        return () => clearTimeout(timer)
      }),
    stall: () => untilLeft<never>(left.signal, () => () => undefined),
    end() {
      response.end()
    },
    destroy() {
      destroyed = true
      response.destroy()
    },
  }
  return { wire, ended }
}

/** Runs a step that resolves, unless the client leaves first. `start` gives what undoes the step. */
function untilLeft<T>(left: AbortSignal, start: (resolve: (value: T) => void) => () => void): Promise<T> {
  return new Promise((resolve, reject) => {
    if (left.aborted) {
      reject(new ClientLeftError('the client left'))
      return
    }
    const onLeft = (): void => {
      undo()
      reject(new ClientLeftError('the client left'))
    }
    const undo = start((value) => {
      left.removeEventListener('abort', onLeft)
      resolve(value)
    })
    left.addEventListener('abort', onLeft, { once: true })
  })
}
