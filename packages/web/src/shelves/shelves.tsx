import type { Folder } from '@keyway/contract'
import { useQuery } from '@tanstack/react-query'
import { ArrowLeft, Ellipsis } from 'lucide-react'
import { lazy, type ReactNode, Suspense, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { foldersQuery, type Shelf } from '../api/conversations.ts'
import { withTexts } from '../i18n/i18n.ts'
import { IconButton } from '../ui/button.tsx'
import { Menu } from '../ui/menu.tsx'
import { ConversationList } from './conversation-list.tsx'
import { FolderMenu } from './folder-row.tsx'
import { Folders } from './folders.tsx'
import { NameField } from './name-field.tsx'
import { useFolderActs } from './use-folder-acts.ts'

const RemoveFolderDialog = lazy(() => withTexts(['shelves'], import('./remove-folder-dialog.tsx')))

const ALL: Shelf = { kind: 'all' }

/** One's conversations: all of them with the folders above, or one folder, or the archive. */
export default function Shelves() {
  const { t } = useTranslation()
  const scroller = useRef<HTMLDivElement>(null)
  const [shelf, setShelf] = useState(ALL)
  const [unfolded, setUnfolded] = useState(true)
  const [removing, setRemoving] = useState<Folder>()
  const { data: folders = [] } = useQuery(foldersQuery)
  const open = shelf.kind === 'folder' ? folders.find(({ id }) => id === shelf.id) : undefined
  // A folder that is gone, here or in another tab, shows nothing any more.
  const shown = shelf.kind === 'folder' && open === undefined ? ALL : shelf
  const back = () => setShelf(ALL)
  return (
    <section aria-labelledby="shelves" className="flex min-h-0 flex-1 flex-col">
      <h2 id="shelves" className="sr-only">
        {t('shelves.conversations')}
      </h2>
      <div ref={scroller} className="relative min-h-0 flex-1 overflow-y-auto overscroll-contain px-2.5 pb-4">
        {shown.kind === 'all' ? (
          <Folders
            folders={folders}
            onOpen={({ id }) => setShelf({ kind: 'folder', id })}
            onOpenArchive={() => setShelf({ kind: 'archive' })}
            onRemove={setRemoving}
            onFold={setUnfolded}
          />
        ) : (
          <ShelfHead onBack={back}>
            {open === undefined ? (
              <p className="min-w-0 flex-1 truncate text-sm font-medium">{t('shelves.archived')}</p>
            ) : (
              <OpenFolder folder={open} onRemove={() => setRemoving(open)} />
            )}
          </ShelfHead>
        )}
        <ConversationList
          key={JSON.stringify(shown)}
          shelf={shown}
          scroller={scroller}
          above={`${folders.length} ${unfolded}`}
        />
      </div>
      <Suspense>
        {removing !== undefined && (
          <RemoveFolderDialog
            folder={removing}
            onClose={() => setRemoving(undefined)}
            onRemoved={() => {
              setRemoving(undefined)
              back()
            }}
          />
        )}
      </Suspense>
    </section>
  )
}

function ShelfHead({ onBack, children }: { onBack: () => void; children: ReactNode }) {
  const { t } = useTranslation()
  return (
    <div className="flex h-8 items-center gap-1 pointer-coarse:h-11">
      <IconButton label={t('shelves.back')} className="size-7" onClick={onBack}>
        <ArrowLeft aria-hidden="true" />
      </IconButton>
      {children}
    </div>
  )
}

function OpenFolder({ folder, onRemove }: { folder: Folder; onRemove: () => void }) {
  const { t } = useTranslation()
  const { rename } = useFolderActs()
  const [renaming, setRenaming] = useState(false)
  if (renaming) {
    return (
      <NameField
        label={t('shelves.folderName')}
        max={100}
        name={folder.name}
        onEnd={(name) => {
          setRenaming(false)
          if (name !== undefined) rename.mutate({ id: folder.id, name })
        }}
      />
    )
  }
  return (
    <>
      <p className="min-w-0 flex-1 truncate text-sm font-medium">{folder.name}</p>
      <Menu
        trigger={
          <IconButton label={t('common.menuFor', { name: folder.name })} className="size-7">
            <Ellipsis aria-hidden="true" />
          </IconButton>
        }
      >
        <FolderMenu folder={folder} onRename={() => setRenaming(true)} onRemove={onRemove} />
      </Menu>
    </>
  )
}
