import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { KeywayError } from '../../base/errors.ts'
import { everyConversation, exportText } from '../../chat/export.ts'
import { exportMarkdown } from '../../chat/export-markdown.ts'
import type { Edge } from '../edge.ts'
import { FOR_PEOPLE } from './app-access.ts'
import { asDownload } from './download.ts'
import { moment } from './values.ts'
import { whoseOf } from './whose.ts'

/** Not for HEAD as well: it would read everything to say nothing. */
const FOR_DOWNLOADS = { ...FOR_PEOPLE, exposeHeadRoute: false }
/** Characters of a title in a file's name. */
const NAME_CHARS_MAX = 60

type One = { Params: { id: string }; Querystring: { format?: string | string[] } }

/** Conversations as files, to keep elsewhere. */
export function exportRoutes(app: FastifyInstance, edge: Edge): void {
  const { store, clock } = edge

  app.get<One>(
    '/api/app/conversations/:id/export',
    FOR_DOWNLOADS,
    async (request, reply): Promise<Readable | string> => {
      const { format = 'json' } = request.query
      if (format !== 'json' && format !== 'markdown') {
        const metadata = { field: 'format' }
        throw new KeywayError('invalid_request', '"format" is invalid: expected json or markdown.', { metadata })
      }
      const whose = whoseOf(request)
      const whole = await store.readConversation(whose, request.params.id)
      if (whole === undefined) throw new KeywayError('not_found', 'There is no conversation with that id.')
      const name = nameOf(whole.conversation.title)
      if (format === 'markdown') {
        reply.headers({
          'content-disposition': asDownload(`${name}.md`),
          'content-type': 'text/markdown; charset=utf-8',
        })
        return exportMarkdown(whole.conversation, whole.messages)
      }
      const exportedAt = moment(clock.now())
      return download(reply, `${name}.json`, exportText(store, whose, { ids: [request.params.id], exportedAt }))
    },
  )

  app.get('/api/app/export', FOR_DOWNLOADS, async (request, reply): Promise<Readable> => {
    const whose = whoseOf(request)
    const exportedAt = moment(clock.now())
    const ids = everyConversation(store, whose)
    const name = `keyway-conversations-${exportedAt.slice(0, 10)}.json`
    return download(reply, name, exportText(store, whose, { ids, exportedAt }))
  })

  /** Read as fast as the reader takes it; one who takes nothing for too long is cut off. */
  function download(reply: FastifyReply, name: string, text: AsyncGenerator<string>): Readable {
    reply.headers({ 'content-disposition': asDownload(name), 'content-type': 'application/json; charset=utf-8' })
    reply.raw.setTimeout(edge.limits.slowReaderMs, () => reply.raw.destroy())
    return Readable.from(text, { objectMode: false })
  }
}

/** 'What is law 4?' -> 'What is law 4' */
function nameOf(title: string): string {
  const name = Array.from(
    title
      .replaceAll(/[^\p{L}\p{M}\p{N} _-]+/gu, ' ')
      .replaceAll(/\s+/g, ' ')
      .trim(),
  )
  return name.slice(0, NAME_CHARS_MAX).join('').trim() || 'conversation'
}
