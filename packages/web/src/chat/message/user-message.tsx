import type { FilePart, ImagePart } from '@keyway/contract'
import { Pencil } from 'lucide-react'
import { memo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { IconButton } from '../../ui/button.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { textOf } from '../thread/outgoing.ts'
import { useThread } from '../thread/use-thread.ts'
import { AttachedFile, AttachedImage } from './attached.tsx'
import { EditForm } from './edit-form.tsx'
import { FoldedText, type Folding } from './folded-text.tsx'
import { VariantSwitch } from './variant-switch.tsx'

const FOLD: Folding = {
  characters: 1_600,
  lines: 22,
  look: 'text-[0.9375rem] leading-6',
  folded: 'max-h-56 [mask-image:linear-gradient(#000_70%,transparent)]',
}

/** What the person said, as they wrote it. */
export const UserMessage = memo(function UserMessage({
  id,
  variants,
  at,
}: {
  id: string
  variants: readonly string[]
  at: number
}) {
  const { t } = useTranslation()
  const message = useThread(({ thread }) => thread.messages.get(id))
  const [editing, setEditing] = useState(false)
  const edit = useRef<HTMLButtonElement>(null)
  if (message === undefined) return null
  if (editing) {
    return (
      <EditForm
        message={message}
        onEnd={(how) => {
          setEditing(false)
          // Whoever leaves it as it is goes back to where they came from; whoever sent it, to where one writes.
          requestAnimationFrame(() =>
            (how === 'kept' ? edit.current : document.querySelector<HTMLElement>('textarea[name="message"]'))?.focus(),
          )
        }}
      />
    )
  }
  const text = textOf(message.parts)
  const attached = message.parts.filter(
    (part): part is ImagePart | FilePart => part.kind === 'image' || part.kind === 'file',
  )
  return (
    <article className="group/own ml-auto grid max-w-[85%] justify-items-end gap-1.5">
      <h2 className="sr-only">{t('chat.youSaid')}</h2>
      {attached.length > 0 && (
        <div className="flex flex-wrap justify-end gap-2">
          {attached.map((part, index) =>
            part.kind === 'image' ? (
              // biome-ignore lint/suspicious/noArrayIndexKey: a message that was sent does not change
              <AttachedImage key={index} image={part} />
            ) : (
              // biome-ignore lint/suspicious/noArrayIndexKey: as above
              <AttachedFile key={index} file={part} />
            ),
          )}
        </div>
      )}
      {text !== '' && (
        <div className="min-w-0 max-w-full rounded-xl rounded-br-sm border border-line bg-raised px-3.5 py-2.5 shadow-low">
          <FoldedText text={text} fold={FOLD} />
        </div>
      )}
      <div className="-mr-1 flex items-center transition-opacity duration-150 focus-within:opacity-100 group-hover/own:opacity-100 [@media(hover:hover)]:not-has-[[role=group]]:opacity-0">
        <VariantSwitch variants={variants} at={at} />
        <IconButton ref={edit} label={t('chat.edit')} onClick={() => setEditing(true)}>
          <Pencil aria-hidden="true" />
        </IconButton>
        {text !== '' && <CopyButton text={text} label={t('chat.copyMessage')} />}
      </div>
    </article>
  )
})
