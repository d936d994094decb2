import type { Attachment, Part } from '@keyway/contract'
import type { Draft } from './draft.ts'

/** A draft as the parts of a message: what is attached first, then the text. */
export function partsOf({ text, attachments }: Draft): Part[] {
  return [...attachments.map(partOf), ...(text.trim() === '' ? [] : [{ kind: 'text' as const, text }])]
}

function partOf({ id: attachment, name, media_type, bytes }: Attachment): Part {
  return media_type.startsWith('image/')
    ? { kind: 'image', attachment, media_type, name, bytes }
    : { kind: 'file', attachment, media_type, name, bytes }
}

/** The draft that parts came from, put before what has been written since. */
export function draftOf(parts: readonly Part[], since: Draft): Draft {
  const texts = parts.flatMap((part) => (part.kind === 'text' ? [part.text] : []))
  const attachments = parts.flatMap((part): Attachment[] => {
    if ((part.kind !== 'image' && part.kind !== 'file') || part.attachment === undefined) return []
    const { attachment: id, name = '', media_type = '', bytes = 0 } = part
    return [{ id, name, media_type, bytes }]
  })
  return {
    text: [...texts, since.text].filter((text) => text !== '').join('\n\n'),
    attachments: [...attachments, ...since.attachments.filter(({ id }) => !attachments.some((one) => one.id === id))],
  }
}
