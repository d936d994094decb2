import type { Attachment } from '@keyway/contract'
import { CircleAlert, FileText, X } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { AppError } from '../../api/app-error.ts'
import { formatBytes } from '../../format/bytes.ts'
import type { Upload } from './use-uploads.ts'

/** What goes out with the message: what is there, and what is on its way. */
export default function AttachmentChips({
  attachments,
  uploads,
  onRemove,
  onDrop,
}: {
  attachments: readonly Attachment[]
  uploads: readonly Upload[]
  onRemove: (id: string) => void
  onDrop: (key: string) => void
}) {
  const { t, i18n } = useTranslation()
  return (
    <ul className="flex flex-wrap gap-2 px-3 pt-3" aria-label={t('composer.attachments')}>
      {attachments.map((one) => (
        <li key={one.id} className={CHIP}>
          {one.media_type.startsWith('image/') ? (
            <img src={`/api/app/attachments/${one.id}`} alt="" className="size-9 rounded-md object-cover" />
          ) : (
            <FileText className="mx-1.5 size-5 text-brass-text" aria-hidden="true" />
          )}
          <Name name={one.name} about={formatBytes(one.bytes, i18n.language)} />
          <Remove name={one.name} onRemove={() => onRemove(one.id)} />
        </li>
      ))}
      {uploads.map(({ key, name, bytes, share, error }) => (
        <li key={key} className={`${CHIP} ${error === undefined ? '' : 'border-alarm-line bg-alarm-wash'}`}>
          {error === undefined ? (
            <Ring share={share} label={t('composer.uploading', { name })} />
          ) : (
            <CircleAlert className="mx-1.5 size-5 text-alarm" aria-hidden="true" />
          )}
          <Name
            name={name}
            about={error === undefined ? formatBytes(bytes, i18n.language) : words(error, t('failure.unforeseen'))}
          />
          <Remove name={name} onRemove={() => onDrop(key)} />
        </li>
      ))}
    </ul>
  )
}

const CHIP = 'flex max-w-72 items-center gap-2 rounded-lg border border-line bg-surface p-1'

function words(error: unknown, otherwise: string): string {
  return error instanceof AppError && error.fix !== '' ? error.message : otherwise
}

function Name({ name, about }: { name: string; about: string }) {
  return (
    <span className="grid min-w-0">
      <span className="truncate text-xs font-medium">{name}</span>
      <span className="text-2xs text-ink-2">{about}</span>
    </span>
  )
}

function Remove({ name, onRemove }: { name: string; onRemove: () => void }) {
  const { t } = useTranslation()
  const label = t('composer.remove', { name })
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      onClick={onRemove}
      className="grid size-7 shrink-0 place-items-center rounded-md text-ink-3 hover:bg-hover hover:text-ink pointer-coarse:size-10"
    >
      <X className="size-3.5" aria-hidden="true" />
    </button>
  )
}

/** How far it is. */
function Ring({ share, label }: { share: number; label: string }) {
  return (
    <span
      role="progressbar"
      aria-label={label}
      aria-valuenow={Math.round(share * 100)}
      className="grid size-9 shrink-0 place-items-center"
    >
      <svg viewBox="0 0 20 20" className="size-5 -rotate-90" aria-hidden="true" fill="none" strokeWidth="2.5">
        <circle cx="10" cy="10" r="8" stroke="var(--line)" />
        <circle cx="10" cy="10" r="8" stroke="var(--brass)" pathLength="1" strokeDasharray={`${share} 1`} />
      </svg>
    </span>
  )
}
