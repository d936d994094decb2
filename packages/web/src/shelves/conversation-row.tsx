import type { Conversation } from '@keyway/contract'
import { Link } from '@tanstack/react-router'
import {
  Archive,
  ArchiveRestore,
  Ellipsis,
  FileBraces,
  FileText,
  FolderInput,
  Pencil,
  Pin,
  PinOff,
  Trash2,
} from 'lucide-react'
import { type KeyboardEvent, memo } from 'react'
import { useTranslation } from 'react-i18next'
import { Menu, MenuItem, MenuLine } from '../ui/menu.tsx'
import { DRAGGED } from './folder-row.tsx'
import { NameField } from './name-field.tsx'

/** What a person can do with a conversation in the list. */
export type RowAct = 'rename' | 'pin' | 'move' | 'archive' | 'remove'

type Props = {
  id: string
  conversation: Conversation
  /** The one line of the list that the tab key reaches. */
  reachable: boolean
  renaming: boolean
  onAct: (act: RowAct, conversation: Conversation) => void
  onRenamed: (conversation: Conversation, title: string | undefined) => void
  onReach: (conversation: Conversation) => void
}

const exportAddress = (id: string, format: 'markdown' | 'json') =>
  `/api/app/conversations/${encodeURIComponent(id)}/export?format=${format}`

/** One conversation: where it leads, whether it is being answered, and its menu. */
export const ConversationRow = memo(function ConversationRow(props: Props) {
  const { id, conversation, reachable, renaming, onAct, onRenamed, onReach } = props
  const { t } = useTranslation()
  const title = conversation.title === '' ? t('shelves.untitled') : conversation.title
  if (renaming) {
    return (
      <div className="flex h-8 items-center px-0.5 pointer-coarse:h-11">
        <NameField
          label={t('shelves.name')}
          max={200}
          name={conversation.title}
          onEnd={(name) => onRenamed(conversation, name)}
        />
      </div>
    )
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'F2') onAct('rename', conversation)
    else if (event.key === 'Delete') onAct('remove', conversation)
    else return
    event.preventDefault()
  }
  return (
    <div className="group relative flex items-center">
      <Link
        id={id}
        to="/c/$id"
        params={{ id: conversation.id }}
        tabIndex={reachable ? 0 : -1}
        preload={false}
        draggable
        onDragStart={(event) => event.dataTransfer.setData(DRAGGED, conversation.id)}
        onFocus={() => onReach(conversation)}
        onKeyDown={onKeyDown}
        title={title}
        className="flex h-8 w-full min-w-0 items-center gap-2 rounded-md px-2 text-sm group-focus-within:pr-8 group-hover:pr-8 text-ink-2 transition-colors duration-100 hover:bg-hover hover:text-ink pointer-coarse:h-11 pointer-coarse:pr-12 aria-[current=page]:bg-press aria-[current=page]:text-ink"
      >
        <span className="min-w-0 flex-1 truncate">{title}</span>
        {conversation.streaming && (
          <span className="size-1.5 shrink-0 animate-breathe rounded-full bg-brass-text" title={t('shelves.writing')}>
            <span className="sr-only">{t('shelves.writing')}</span>
          </span>
        )}
      </Link>
      <Menu
        trigger={
          <button
            type="button"
            aria-label={t('common.menuFor', { name: title })}
            tabIndex={reachable ? 0 : -1}
            className="absolute right-0.5 inline-flex size-7 items-center justify-center rounded-md text-ink-3 opacity-0 hover:bg-press hover:text-ink focus-visible:opacity-100 group-focus-within:opacity-100 group-hover:opacity-100 data-popup-open:opacity-100 pointer-coarse:size-11 pointer-coarse:opacity-100 [&_svg]:size-4"
          >
            <Ellipsis aria-hidden="true" />
          </button>
        }
      >
        <MenuItem onSelect={() => onAct('rename', conversation)}>
          <Pencil aria-hidden="true" />
          {t('shelves.rename')}
        </MenuItem>
        {!conversation.archived && (
          <MenuItem onSelect={() => onAct('pin', conversation)}>
            {conversation.pinned ? <PinOff aria-hidden="true" /> : <Pin aria-hidden="true" />}
            {t(conversation.pinned ? 'shelves.unpin' : 'shelves.pin')}
          </MenuItem>
        )}
        <MenuItem onSelect={() => onAct('move', conversation)}>
          <FolderInput aria-hidden="true" />
          {t('shelves.move')}
        </MenuItem>
        <MenuItem onSelect={() => onAct('archive', conversation)}>
          {conversation.archived ? <ArchiveRestore aria-hidden="true" /> : <Archive aria-hidden="true" />}
          {t(conversation.archived ? 'shelves.unarchive' : 'shelves.archive')}
        </MenuItem>
        <MenuLine />
        <MenuItem render={<a href={exportAddress(conversation.id, 'markdown')} download />}>
          <FileText aria-hidden="true" />
          {t('shelves.exportMarkdown')}
        </MenuItem>
        <MenuItem render={<a href={exportAddress(conversation.id, 'json')} download />}>
          <FileBraces aria-hidden="true" />
          {t('shelves.exportJson')}
        </MenuItem>
        <MenuLine />
        <MenuItem danger onSelect={() => onAct('remove', conversation)}>
          <Trash2 aria-hidden="true" />
          {t('shelves.delete')}
        </MenuItem>
      </Menu>
    </div>
  )
})
