import type { Folder } from '@keyway/contract'
import { useQueryClient } from '@tanstack/react-query'
import { Archive, ChevronRight, Plus } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { AppError } from '../api/app-error.ts'
import { findConversation } from '../api/conversations.ts'
import { IconButton } from '../ui/button.tsx'
import { toast } from '../ui/toast.ts'
import { FolderRow } from './folder-row.tsx'
import { NameField } from './name-field.tsx'
import { useConversationActs } from './use-conversation-acts.ts'
import { useFolderActs } from './use-folder-acts.ts'

const CHOICE = 'keyway.folders'

/** The folders above the list, which can be folded away, and the way to the archive. */
export function Folders({
  folders,
  onOpen,
  onOpenArchive,
  onRemove,
  onFold,
}: {
  folders: readonly Folder[]
  onOpen: (folder: Folder) => void
  onOpenArchive: () => void
  onRemove: (folder: Folder) => void
  /** They take another height. */
  onFold: (shown: boolean) => void
}) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const [shown, setShown] = useState(() => localStorage.getItem(CHOICE) !== 'folded')
  const [naming, setNaming] = useState(false)
  const { create, rename } = useFolderActs()
  const acts = useConversationActs()
  const refused = {
    onError: (error: Error) =>
      toast(error instanceof AppError && error.fix !== '' ? error.message : t('failure.unforeseen'), { tone: 'alarm' }),
  }
  const fold = () => {
    if (shown) localStorage.setItem(CHOICE, 'folded')
    else localStorage.removeItem(CHOICE)
    setShown(!shown)
    onFold(!shown)
  }
  return (
    <section>
      <div className="flex h-8 items-center justify-between pointer-coarse:h-11">
        <h3>
          <button
            type="button"
            aria-expanded={shown}
            onClick={fold}
            className="flex items-center gap-1 rounded-sm px-2 text-xs font-medium text-ink-3 hover:text-ink pointer-coarse:h-11"
          >
            {t('shelves.folders')}
            <ChevronRight
              className={`size-3 transition-transform duration-150 ease-turn ${shown ? 'rotate-90' : ''}`}
              aria-hidden="true"
            />
          </button>
        </h3>
        <IconButton
          label={t('shelves.newFolder')}
          className="size-7"
          onClick={() => {
            if (!shown) fold()
            setNaming(true)
          }}
        >
          <Plus aria-hidden="true" />
        </IconButton>
      </div>
      {shown && (
        <ul className="grid gap-px">
          {folders.map((folder) => (
            <FolderRow
              key={folder.id}
              folder={folder}
              onOpen={() => onOpen(folder)}
              onRename={(name) => rename.mutate({ id: folder.id, name }, refused)}
              onRemove={() => onRemove(folder)}
              onDropped={(id) => {
                const dropped = findConversation(queries, id)
                if (dropped !== undefined && dropped.folder_id !== folder.id) void acts.move(dropped, folder)
              }}
            />
          ))}
          {naming && (
            <li className="flex h-8 items-center px-0.5 pointer-coarse:h-11">
              <NameField
                label={t('shelves.folderName')}
                max={100}
                name=""
                onEnd={(name) => {
                  setNaming(false)
                  if (name !== undefined) create.mutate(name, refused)
                }}
              />
            </li>
          )}
          <li>
            <button
              type="button"
              onClick={onOpenArchive}
              className="flex h-8 w-full items-center gap-2.5 rounded-md px-2 text-sm text-ink-2 hover:bg-hover hover:text-ink pointer-coarse:h-11"
            >
              <Archive className="size-4 text-ink-3" aria-hidden="true" />
              {t('shelves.archived')}
            </button>
          </li>
        </ul>
      )}
    </section>
  )
}
