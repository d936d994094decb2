import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { closeServer, listen } from '../listening.ts'

/** A request to a simulated provider of sign-ins. */
export type SignInRequest = {
  method: string
  path: string
  query: URLSearchParams
  form: URLSearchParams
  headers: IncomingMessage['headers']
}
/** 'hang up' closes the connection without an answer. */
export type SignInReply =
  | { status: number; headers?: Record<string, string>; body?: string; afterMs?: number }
  | 'hang up'

const BODY_BYTES_MAX = 64 * 1024

/** Serves a provider on this machine. @returns its address and its end */
export async function serveSite(
  answer: (request: SignInRequest) => SignInReply,
): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    respond(answer, request, response).catch(() => request.socket.destroy())
  })
  return { url: await listen(server, 0, '127.0.0.1'), close: () => closeServer(server) }
}

async function respond(
  answer: (request: SignInRequest) => SignInReply,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  let body = ''
  for await (const chunk of request) {
    body += String(chunk)
    if (body.length > BODY_BYTES_MAX) throw new Error('too long')
  }
  const url = new URL(request.url ?? '/', 'http://sim')
  const reply = answer({
    method: request.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    form: new URLSearchParams(body),
    headers: request.headers,
  })
  if (reply === 'hang up') {
    request.socket.destroy()
    return
  }
  if (reply.afterMs !== undefined) await wait(reply.afterMs)
  response.writeHead(reply.status, reply.headers).end(reply.body)
}

export function json(status: number, body: unknown): SignInReply {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
}

export function redirect(to: string): SignInReply {
  return { status: 302, headers: { location: to } }
}

/** A page with two buttons, for people and browser tests. */
export function consentPage(title: string, who: string, query: URLSearchParams): SignInReply {
  const address = (decision: string) =>
    new URLSearchParams([...query, ['decision', decision]]).toString().replaceAll('&', '&amp;')
  const body = `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title><h1>${title}</h1>
<p>Sign in to Keyway as ${who.replace(/[<&]/g, '')}?</p>
<p><a href="?${address('approve')}">Allow</a> <a href="?${address('deny')}">Deny</a></p></html>`
  return { status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, body }
}
