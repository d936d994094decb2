import type { ServerResponse } from 'node:http'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Watcher } from '../../chat/watch.ts'
import type { Edge } from '../edge.ts'
import { FOR_PEOPLE, findSession, owesFactor, personOf } from './app-access.ts'
import { appHeaders } from './security-headers.ts'
import { whoseOf } from './whose.ts'

/** What proxies take for a sign of life; event-stream readers skip it. */
const COMMENT = ': KEYWAY\n\n'

type ById = { Params: { id: string } }

/** What happens in a conversation, as it happens. @see ChatEvent of @keyway/contract */
export function conversationEventRoutes(app: FastifyInstance, edge: Edge): void {
  // Not for HEAD as well: its answer would never end.
  const options = { ...FOR_PEOPLE, exposeHeadRoute: false }
  app.get<ById>('/api/app/conversations/:id/events', options, async (request, reply): Promise<void> => {
    const line = openLine(reply.raw, edge.limits.slowReaderMs)
    const leave = await edge.app.chat.watch(whoseOf(request), request.params.id, line)
    if (reply.raw.destroyed) {
      leave()
      return
    }
    sendHead(request, reply, edge)
    line.open()
    const beat = setInterval(() => {
      line.write(COMMENT)
      stillSignedIn(request, edge).then(
        (signedIn) => {
          if (!signedIn) line.end()
        },
        (error: unknown) => {
          edge.report(error, request.id)
          line.cut()
        },
      )
    }, edge.limits.commentMs)
    reply.raw.on('close', () => {
      clearInterval(beat)
      leave()
    })
  })
}

/**
 * A watcher over a response. What is written before the head is sent waits; what is written after the end is dropped.
 * @param lingerMs how long a reader may take over what was written last
 */
function openLine(response: ServerResponse, lingerMs: number): Watcher & { open(): void } {
  let early: string[] | undefined = []
  let over = false
  return {
    open() {
      for (const event of early ?? []) response.write(event)
      early = undefined
      if (over) response.end()
    },
    write(event) {
      if (over || response.destroyed) return
      if (early === undefined) response.write(event)
      else early.push(event)
    },
    queuedBytes: () => response.writableLength,
    end() {
      if (over) return
      over = true
      if (early === undefined) response.end()
      const timer = setTimeout(() => response.destroy(), lingerMs)
      response.on('close', () => clearTimeout(timer))
    },
    cut() {
      over = true
      response.destroy()
    },
  }
}

function sendHead(request: FastifyRequest, reply: FastifyReply, edge: Edge): void {
  reply.hijack()
  reply.raw.writeHead(200, {
    ...appHeaders(edge.publicUrl()),
    'content-type': 'text/event-stream; charset=utf-8',
    // Asks nginx, and what imitates it, not to gather the events.
    'x-accel-buffering': 'no',
    'x-request-id': request.id,
  })
  reply.raw.flushHeaders()
}

/** A stream outlives the check at its beginning: whoever signed out, or was shut out, watches no longer. */
async function stillSignedIn(request: FastifyRequest, edge: Edge): Promise<boolean> {
  const { user, session } = personOf(request)
  const present = await findSession(request, edge)
  if (present?.user.id !== user.id || present.session.id !== session.id) return false
  return !(await owesFactor(edge, present))
}
