import { createHash } from 'node:crypto'
import type { Attachment, AttachmentQuota } from '@keyway/contract'
import type { FastifyInstance } from 'fastify'
import { KeywayError } from '../../base/errors.ts'
import { attachmentType, fileName } from '../../chat/attachment-type.ts'
import type { AttachmentRecord } from '../../store/chat-records.ts'
import type { Edge } from '../edge.ts'
import { access } from '../route.ts'
import { FOR_PEOPLE } from './app-access.ts'
import { asDownload } from './download.ts'
import { roomForBody } from './room-for-body.ts'
import { whoseOf } from './whose.ts'

const BYTES = 'application/octet-stream'

type ById = { Params: { id: string } }
type Named = { Querystring: { name?: string | string[] } }

/** Files that people add to their messages: put, given back, and how much room they take. */
export function attachmentRoutes(app: FastifyInstance, edge: Edge): void {
  const { store, clock } = edge
  const { attachmentBytes, quotaBytes } = edge.app.chat.limits

  // A context of its own: no other route takes bytes.
  app.register(async (scope) => {
    scope.addContentTypeParser(BYTES, { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
    const config = { ...access('session').config, takes: BYTES } as const
    const options = { config, bodyLimit: attachmentBytes, onRequest: roomForBody(edge) }
    scope.post<Named>('/api/app/attachments', options, async (request, reply): Promise<Attachment> => {
      const { body } = request
      const mediaType = body instanceof Uint8Array ? attachmentType(body) : undefined
      if (!(body instanceof Uint8Array) || mediaType === undefined) {
        throw new KeywayError(
          'content_type_unsupported',
          'The file is neither a picture (PNG, JPEG, GIF, WebP) nor a PDF nor text in UTF-8.',
          { fix: 'Save it as one of these and add it again.' },
        )
      }
      const { name } = request.query
      const record = {
        id: createHash('sha256').update(body).digest('hex'),
        name: fileName(typeof name === 'string' ? name : '', mediaType),
        mediaType,
        bytes: body.length,
        createdAt: clock.now(),
      }
      const kept = await store.putAttachment(whoseOf(request), record, { body, quotaBytes })
      reply.code(201)
      return attachmentView(kept)
    })
  })

  app.get('/api/app/attachments/quota', FOR_PEOPLE, async (request): Promise<AttachmentQuota> => {
    return { used_bytes: await store.usedAttachmentBytes(whoseOf(request)), limit_bytes: quotaBytes }
  })

  app.get<ById>('/api/app/attachments/:id', FOR_PEOPLE, async (request, reply): Promise<Buffer> => {
    const found = await store.readAttachment(whoseOf(request), request.params.id)
    if (found === undefined) throw new KeywayError('not_found', 'There is no attachment with that id.')
    const { body, name, mediaType } = found
    const isPicture = mediaType.startsWith('image/')
    // Whatever is in it runs nothing, wherever it is opened.
    reply.headers({
      'content-security-policy': "sandbox; default-src 'none'",
      'content-disposition': asDownload(name, isPicture ? 'inline' : 'attachment'),
    })
    reply.type(mediaType === 'text/plain' ? 'text/plain; charset=utf-8' : mediaType)
    return Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  })
}

function attachmentView({ id, name, mediaType, bytes }: AttachmentRecord): Attachment {
  return { id, name, media_type: mediaType, bytes }
}
