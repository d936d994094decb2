/** An answer takes at most this long. Milliseconds. */
const ANSWER_MS = 10_000

/** A connection that speaks WebDriver BiDi. @see https://www.w3.org/TR/webdriver-bidi/ read 2026-11-29 */
export type Bidi = {
  /** Sends a command and gives its result. @throws Error with the browser's own words */
  send(method: string, params: unknown): Promise<Record<string, unknown>>
  close(): void
}

type Waiting = { resolve(result: Record<string, unknown>): void; reject(error: Error): void }

/** Connects to a browser. @param url such as ws://127.0.0.1:1234/session */
export async function connectBidi(url: string): Promise<Bidi> {
  const socket = new WebSocket(url)
  const waiting = new Map<number, Waiting>()
  let last = 0
  const endAll = () => {
    for (const one of waiting.values()) one.reject(new Error('the browser closed the connection'))
    waiting.clear()
  }
  socket.addEventListener('close', endAll)
  socket.addEventListener('message', ({ data }) => {
    const message = JSON.parse(String(data))
    const one = waiting.get(message.id)
    if (one === undefined) return
    waiting.delete(message.id)
    if (message.type === 'success') one.resolve(message.result)
    else one.reject(new Error(`${message.error}: ${message.message}`))
  })
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve())
    socket.addEventListener('error', () => reject(new Error(`no connection to the browser at ${url}`)))
  })
  return {
    send(method, params) {
      const id = ++last
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(id)
          reject(new Error(`${method} took longer than ${ANSWER_MS} ms`))
        }, ANSWER_MS)
        waiting.set(id, {
          resolve(result) {
            clearTimeout(timer)
            resolve(result)
          },
          reject(error) {
            clearTimeout(timer)
            reject(error)
          },
        })
        socket.send(JSON.stringify({ id, method, params }))
      })
    },
    close: () => socket.close(),
  }
}
