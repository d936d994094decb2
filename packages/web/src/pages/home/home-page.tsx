import { useSuspenseQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { connectionQuery, modelsQuery } from '../../api/queries.ts'
import { NewChat } from '../../chat/new-chat.tsx'
import { withTexts } from '../../i18n/i18n.ts'

// Not part of what a chat waits for.
const EmptyStart = lazy(() => withTexts(['home'], import('./empty-start.tsx')))
const ConnectDialog = lazy(() => withTexts(['connect', 'terms'], import('../../connect/connect-dialog.tsx')))
const PasteDialog = lazy(() => withTexts(['models'], import('../../vault/paste-dialog.tsx')))

/** Who tried the house's model once does not have to press for it again. */
const HOUSE = 'keyway.house'

/** The first page: a chat, or the ways to a model while there is none. */
export function HomePage() {
  const { data: models } = useSuspenseQuery(modelsQuery)
  const { data: connection } = useSuspenseQuery(connectionQuery)
  const back = useSearch({ from: '/shell/' })
  const navigate = useNavigate()
  const [open, setOpen] = useState<'connect' | 'paste' | undefined>()
  const close = () => {
    setOpen(undefined)
    const { temporary, folder } = back
    const search = { ...(temporary === undefined ? {} : { temporary }), ...(folder === undefined ? {} : { folder }) }
    if (back.connect !== undefined) void navigate({ to: '/', search, replace: true })
  }
  const callable = models.data.filter((model) => model.callable)
  // What is theirs but may keep what is sent is no reason to ask for another key.
  const own = models.data.filter((model) => (model.callable || model.withheld) && !model.house)
  const [house, setHouse] = useState(() => localStorage.getItem(HOUSE) === 'used')
  const chats = own.length > 0 || (house && callable.length > 0)
  return (
    <>
      {chats ? (
        <NewChat
          temporary={back.temporary === true}
          folderId={back.folder ?? null}
          onConnect={own.length > 0 || !connection.enabled ? undefined : () => setOpen('connect')}
        />
      ) : (
        <Suspense>
          <EmptyStart
            canConnect={connection.enabled}
            onConnect={() => setOpen('connect')}
            onPaste={() => setOpen('paste')}
            {...(callable.length === 0
              ? {}
              : {
                  onHouse: () => {
                    localStorage.setItem(HOUSE, 'used')
                    setHouse(true)
                  },
                })}
          />
        </Suspense>
      )}
      <Suspense>
        {(open === 'connect' || back.connect !== undefined) && (
          <ConnectDialog
            connection={connection}
            back={back}
            returnTo={back.temporary === true ? '/?temporary=true' : '/'}
            onClose={close}
            onPaste={() => {
              close()
              setOpen('paste')
            }}
          />
        )}
        {open === 'paste' && <PasteDialog onClose={close} />}
      </Suspense>
    </>
  )
}
