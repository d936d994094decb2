import type { Folder as FolderItem } from '@keyway/contract'
import { Link } from '@tanstack/react-router'
import { Ellipsis, Folder, Pencil, SquarePen, Trash2 } from 'lucide-react'
import { type DragEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Menu, MenuItem, MenuLine } from '../ui/menu.tsx'
import { NameField } from './name-field.tsx'

/** The kind of what is dragged: a conversation's id. */
export const DRAGGED = 'application/x-keyway-conversation'

/** A folder: opens, takes what is dropped on it, and has its menu. */
export function FolderRow({
  folder,
  onOpen,
  onRename,
  onRemove,
  onDropped,
}: {
  folder: FolderItem
  onOpen: () => void
  onRename: (name: string) => void
  onRemove: () => void
  /** A conversation's id. */
  onDropped: (id: string) => void
}) {
  const { t } = useTranslation()
  const [renaming, setRenaming] = useState(false)
  const [over, setOver] = useState(false)
  if (renaming) {
    return (
      <li className="flex h-8 items-center px-0.5 pointer-coarse:h-11">
        <NameField
          label={t('shelves.folderName')}
          max={100}
          name={folder.name}
          onEnd={(name) => {
            setRenaming(false)
            if (name !== undefined) onRename(name)
          }}
        />
      </li>
    )
  }
  const drag = (event: DragEvent) => {
    if (!event.dataTransfer.types.includes(DRAGGED)) return
    event.preventDefault()
    setOver(true)
  }
  return (
    <li className="group relative flex items-center">
      <button
        type="button"
        onClick={onOpen}
        onKeyDown={(event) => {
          if (event.key === 'F2') setRenaming(true)
          else if (event.key === 'Delete') onRemove()
          else return
          event.preventDefault()
        }}
        onDragEnter={drag}
        onDragOver={drag}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault()
          setOver(false)
          onDropped(event.dataTransfer.getData(DRAGGED))
        }}
        className={`flex h-8 w-full min-w-0 items-center gap-2.5 rounded-md pr-8 pl-2 text-left text-sm text-ink-2 transition-colors duration-100 hover:bg-hover hover:text-ink pointer-coarse:h-11 pointer-coarse:pr-12 ${over ? 'bg-brass-wash text-brass-text' : ''}`}
      >
        <Folder className="size-4 shrink-0 text-ink-3" aria-hidden="true" />
        <span className="min-w-0 flex-1 truncate">{folder.name}</span>
        <span className="tabular text-xs text-ink-3 group-focus-within:opacity-0 group-hover:opacity-0 pointer-coarse:opacity-100">
          <span aria-hidden="true">{folder.conversations}</span>
          <span className="sr-only">{t('shelves.folderCount', { count: folder.conversations })}</span>
        </span>
      </button>
      <Menu
        trigger={
          <button
            type="button"
            aria-label={t('common.menuFor', { name: folder.name })}
            className="absolute right-0.5 inline-flex size-7 items-center justify-center rounded-md text-ink-3 opacity-0 hover:bg-press hover:text-ink focus-visible:opacity-100 group-focus-within:opacity-100 group-hover:opacity-100 data-popup-open:opacity-100 pointer-coarse:size-11 pointer-coarse:opacity-100 [&_svg]:size-4"
          >
            <Ellipsis aria-hidden="true" />
          </button>
        }
      >
        <FolderMenu folder={folder} onRename={() => setRenaming(true)} onRemove={onRemove} />
      </Menu>
    </li>
  )
}

/** What can be done with a folder. */
export function FolderMenu({
  folder,
  onRename,
  onRemove,
}: {
  folder: FolderItem
  onRename: () => void
  onRemove: () => void
}) {
  const { t } = useTranslation()
  return (
    <>
      <MenuItem render={<Link to="/" search={{ folder: folder.id }} />}>
        <SquarePen aria-hidden="true" />
        {t('shelves.newInFolder')}
      </MenuItem>
      <MenuItem onSelect={onRename}>
        <Pencil aria-hidden="true" />
        {t('shelves.rename')}
      </MenuItem>
      <MenuLine />
      <MenuItem danger onSelect={onRemove}>
        <Trash2 aria-hidden="true" />
        {t('shelves.delete')}
      </MenuItem>
    </>
  )
}
