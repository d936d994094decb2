import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { connectionQuery } from '../../api/queries.ts'
import { withTexts } from '../../i18n/i18n.ts'
import { Button, buttonClass } from '../../ui/button.tsx'

const ConnectHere = lazy(() => withTexts(['connect', 'terms'], import('../../connect/connect-here.tsx')))

/** Connects again without leaving the conversation; where Connect is off, leads to where keys are pasted. */
export function Reconnect({ look }: { look: 'primary' | 'plain' }) {
  const { t } = useTranslation()
  const { data: connection } = useQuery(connectionQuery)
  const [open, setOpen] = useState(false)
  const never = connection !== undefined && connection.connected === null && connection.ended === null
  const label = t(never ? 'chat.connect' : 'chat.reconnect')
  if (connection?.enabled !== true) {
    return (
      <Link to="/settings/models" className={buttonClass(look, 'sm')}>
        {label}
      </Link>
    )
  }
  return (
    <>
      <Button look={look} size="sm" onClick={() => setOpen(true)}>
        {label}
      </Button>
      <Suspense>
        {open && (
          <ConnectHere back={{}} returnTo={location.pathname + location.search} onClose={() => setOpen(false)} />
        )}
      </Suspense>
    </>
  )
}
