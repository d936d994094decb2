import { type Handler, type NodeRequest, type NodeResponse, sendWebResponse, webRequest } from './node-http.ts'

export type { Handler, NodeRequest, NodeResponse } from './node-http.ts'

/**
 * A listener for `node:http` from handlers, asked in their order until one answers; 404 where none does.
 * `createServer(nodeListener((request) => connect.handle(request, undefined), chat))`
 */
export function nodeListener(
  ...handlers: readonly Handler<undefined>[]
): (request: NodeRequest, response: NodeResponse) => Promise<void> {
  return async (request, response) => {
    const asked = webRequest(request, response)
    try {
      for (const handler of handlers) {
        const answer = await handler(asked, undefined)
        if (answer !== undefined) return await sendWebResponse(answer, response)
      }
      await sendWebResponse(new Response('Not found\n', { status: 404 }), response)
    } catch (error) {
      await sendWebResponse(new Response('Something went wrong\n', { status: 500 }), response)
      throw error
    }
  }
}
