import { useSuspenseQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { connectionQuery, modelsQuery } from '../../api/queries.ts'
import { EmptyStart } from './empty-start.tsx'

const ConnectDialog = lazy(() => import('../../connect/connect-dialog.tsx'))
// Not part of what an empty chat waits for.
const ReadyStart = lazy(() => import('./ready-start.tsx'))
const PasteDialog = lazy(() => import('../../vault/paste-dialog.tsx'))

/** The first page: the ways to a model while there is none, and how to call one as soon as there is. */
export function HomePage() {
  const { data: models } = useSuspenseQuery(modelsQuery)
  const { data: connection } = useSuspenseQuery(connectionQuery)
  const back = useSearch({ from: '/shell/' })
  const navigate = useNavigate()
  const [open, setOpen] = useState<'connect' | 'paste' | undefined>()
  const close = () => {
    setOpen(undefined)
    if (back.connect !== undefined) void navigate({ to: '/', replace: true })
  }
  const callable = models.data.filter((model) => model.callable)
  const own = callable.filter((model) => !model.house)
  return (
    <>
      {own.length === 0 ? (
        <EmptyStart
          canConnect={connection.enabled}
          onConnect={() => setOpen('connect')}
          onPaste={() => setOpen('paste')}
        />
      ) : (
        <Suspense>
          <ReadyStart models={callable} preselected={models.preselected} />
        </Suspense>
      )}
      <Suspense>
        {(open === 'connect' || back.connect !== undefined) && (
          <ConnectDialog
            connection={connection}
            back={back}
            returnTo="/"
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
