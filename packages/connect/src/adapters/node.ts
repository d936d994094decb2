import { type Handler, type NodeRequest, type NodeResponse, sendWebResponse, webRequest } from './node-http.ts'

export type { Handler, NodeRequest, NodeResponse } from './node-http.ts'

/**
 * A listener for `node:http` from handlers, asked in their order until one answers; 404 where none does. A handler that
 * throws is a 500, and is written to the console: a promise that nobody waits for would end the process instead.
 * `createServer(nodeListener(connect.handle, chat))`
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-15 for the statuses
 */
export function nodeListener(
  ...handlers: readonly Handler<undefined>[]
): (request: NodeRequest, response: NodeResponse) => Promise<void> {
  async function answer(request: Request | undefined): Promise<Response> {
    if (request === undefined) return new Response('Not known here\n', { status: 501 })
    try {
      for (const handler of handlers) {
        const answered = await handler(request, undefined)
        if (answered !== undefined) return answered
      }
      return new Response('Not found\n', { status: 404 })
    } catch (error) {
      console.error(error)
      return new Response('Something went wrong\n', { status: 500 })
    }
  }
  return async (request, response) => sendWebResponse(await answer(webRequest(request, response)), response)
}
