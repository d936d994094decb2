import { createHash } from 'node:crypto'
import type { Part } from '@keyway/contract'
import type { Clock } from '../base/clock.ts'
import type { Whose } from '../store/chat-records.ts'
import type { ChatStore } from '../store/chat-store.ts'
import { pictureType } from './attachment-type.ts'

export type PictureDeps = {
  store: Pick<ChatStore, 'putAttachment'>
  clock: Clock
  /** Of one attachment, and of all that a person keeps. Bytes. */
  attachmentBytes: number
  quotaBytes: number
}

/**
 * Keeps a picture that a model made among the person's attachments.
 * @param url `data:image/png;base64,...`
 * @returns the part for it; one that says what came where it is no picture, too large, or over the quota
 */
export async function keepPicture(deps: PictureDeps, whose: Whose, url: string): Promise<Part> {
  const match = /^data:([a-z]+\/[a-z0-9.+-]{1,60});base64,/i.exec(url)
  const body = match === null ? undefined : Buffer.from(url.slice(match[0].length), 'base64')
  const mediaType = body && pictureType(body)
  if (body === undefined || mediaType === undefined || body.length > deps.attachmentBytes) {
    return { kind: 'unknown', source: 'images', value: { type: 'image', bytes: body?.length ?? url.length } }
  }
  const id = createHash('sha256').update(body).digest('hex')
  const name = `image.${mediaType.slice('image/'.length)}`
  const attachment = { id, name, mediaType, bytes: body.length, createdAt: deps.clock.now() }
  await deps.store.putAttachment(whose, attachment, { body, quotaBytes: deps.quotaBytes })
  return { kind: 'image', attachment: id, media_type: mediaType, name, bytes: body.length }
}
