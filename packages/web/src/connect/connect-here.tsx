import { useSuspenseQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { connectionQuery } from '../api/queries.ts'
import type { ConnectReturn } from '../search.ts'
import ConnectDialog from './connect-dialog.tsx'

/** Connect on the page where one is, which one comes back to. Pasting a key is for the settings. */
export default function ConnectHere({
  back,
  returnTo,
  onClose,
}: {
  back: ConnectReturn
  returnTo: string
  onClose: () => void
}) {
  const { data: connection } = useSuspenseQuery(connectionQuery)
  const navigate = useNavigate()
  return (
    <ConnectDialog
      connection={connection}
      back={back}
      returnTo={returnTo}
      onClose={onClose}
      onPaste={() => void navigate({ to: '/settings/models' })}
    />
  )
}
