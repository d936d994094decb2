import type { Conversation, Folder as FolderItem } from '@keyway/contract'
import { useQuery } from '@tanstack/react-query'
import { Check, Folder, FolderX } from 'lucide-react'
import { type FormEvent, type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { foldersQuery } from '../api/conversations.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Failure } from '../ui/failure.tsx'
import { TextField } from '../ui/field.tsx'
import { useFolderActs } from './use-folder-acts.ts'

/** Which folder a conversation goes into: one that is there, a new one, or none. */
export default function MoveDialog({
  conversation,
  onMove,
  onClose,
}: {
  conversation: Conversation
  onMove: (folder: FolderItem | null) => void
  onClose: () => void
}) {
  const { t } = useTranslation()
  const { data: folders = [], error } = useQuery(foldersQuery)
  const { create } = useFolderActs()
  const [name, setName] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (name.trim() !== '') create.mutate(name.trim(), { onSuccess: onMove })
  }
  const title = conversation.title === '' ? t('shelves.untitled') : conversation.title
  return (
    <Dialog title={t('shelves.moveTitle', { title })} onClose={onClose}>
      <ul className="-mx-2 grid gap-0.5">
        {folders.map((folder) => (
          <Choice
            key={folder.id}
            icon={<Folder />}
            chosen={folder.id === conversation.folder_id}
            onChoose={() => onMove(folder)}
          >
            {folder.name}
          </Choice>
        ))}
        {conversation.folder_id !== null && (
          <Choice icon={<FolderX />} onChoose={() => onMove(null)}>
            {t('shelves.noFolder')}
          </Choice>
        )}
      </ul>
      <form onSubmit={submit} className="mt-4 flex items-end gap-2 border-t border-line pt-4">
        <div className="flex-1">
          <TextField
            label={t('shelves.newFolder')}
            value={name}
            maxLength={100}
            autoComplete="off"
            onChange={({ target }) => setName(target.value)}
          />
        </div>
        <Button type="submit" disabled={name.trim() === ''} busy={create.isPending} className="h-9">
          {t('shelves.createAndMove')}
        </Button>
      </form>
      <Failure error={error ?? create.error} />
    </Dialog>
  )
}

function Choice({
  icon,
  chosen,
  onChoose,
  children,
}: {
  icon: ReactNode
  chosen?: boolean
  onChoose: () => void
  children: ReactNode
}) {
  return (
    <li>
      <button
        type="button"
        onClick={onChoose}
        aria-current={chosen ? 'true' : undefined}
        className="flex h-9 w-full items-center gap-2.5 rounded-md px-2.5 text-left text-base hover:bg-hover pointer-coarse:h-11 [&_svg]:size-4 [&_svg]:shrink-0 [&_svg]:text-ink-3"
      >
        <span aria-hidden="true">{icon}</span>
        <span className="min-w-0 flex-1 truncate">{children}</span>
        {chosen && <Check aria-hidden="true" />}
      </button>
    </li>
  )
}
