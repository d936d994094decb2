import type { FilePart, ImagePart } from '@keyway/contract'
import { FileText } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { formatBytes } from '../../format/bytes.ts'
import { RemoteImage } from '../markdown/remote-image.tsx'

const addressOf = (attachment: string) => `/api/app/attachments/${encodeURIComponent(attachment)}`

/** A picture of a message: one that is kept here is shown, one from elsewhere is named. */
export function AttachedImage({ image }: { image: ImagePart }) {
  const { t } = useTranslation()
  const name = image.name ?? t('chat.image')
  if (image.attachment === undefined) {
    return (
      <div className="prose">
        <RemoteImage href={image.url ?? ''} description={image.name ?? ''} />
      </div>
    )
  }
  const address = addressOf(image.attachment)
  return (
    <a href={address} target="_blank" rel="noopener" className="block w-fit rounded-lg" title={name}>
      <img
        src={address}
        alt={name}
        loading="lazy"
        className="max-h-72 max-w-full rounded-lg border border-line bg-sunken object-contain"
      />
    </a>
  )
}

export function AttachedFile({ file }: { file: FilePart }) {
  const { i18n } = useTranslation()
  return (
    <a
      href={addressOf(file.attachment)}
      download={file.name}
      className="flex w-fit max-w-full items-center gap-2.5 rounded-lg border border-line bg-surface py-2 pr-3.5 pl-2.5 text-sm transition-colors duration-100 hover:border-line-strong"
    >
      <FileText className="size-5 shrink-0 text-brass-text" aria-hidden="true" />
      <span className="grid min-w-0">
        <span className="truncate font-medium">{file.name}</span>
        <span className="text-2xs text-ink-3">{formatBytes(file.bytes, i18n.language)}</span>
      </span>
    </a>
  )
}
