import type { ConnectDetail, Connection, ConnectOutcome } from '@keyway/contract'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { connectionQuery, credentialsQuery, modelsQuery } from '../api/queries.ts'
import { Button } from '../ui/button.tsx'
import { DialogActions } from '../ui/dialog.tsx'
import { ConnectSteps } from './connect-steps.tsx'
import { LeaveLink } from './leave-link.tsx'
import { NO_WISH, startAddress } from './start-address.ts'

/** A good result stays this long, unless the person touches it. Milliseconds. */
const SHOWN_MS = 4_000

/** How many steps were behind when it ended. */
const STEPS_DONE: Record<ConnectOutcome, number> = {
  done: 4,
  denied: 1,
  expired: 2,
  replayed: 2,
  wrong_user: 1,
  wrong_browser: 1,
  unavailable: 2,
  rejected: 2,
}

/** How Connect ended, in plain words, with the way on. A good end closes by itself. */
export function ConnectResult({
  connection,
  outcome,
  detail,
  returnTo,
  onClose,
  onPaste,
  onAgain,
}: {
  connection: Connection
  outcome: ConnectOutcome
  detail: ConnectDetail | null
  returnTo: string
  onClose: () => void
  onPaste: () => void
  /** Left out where starting again is going to the issuer. */
  onAgain: (() => void) | undefined
}) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const close = useRef(onClose)
  useEffect(() => {
    close.current = onClose
  })
  useEffect(() => {
    for (const { queryKey } of [connectionQuery, credentialsQuery, modelsQuery]) {
      void queries.invalidateQueries({ queryKey: [...queryKey] })
    }
    if (outcome !== 'done') return
    const timer = setTimeout(() => close.current(), SHOWN_MS)
    const stay = () => clearTimeout(timer)
    for (const act of ['pointermove', 'keydown'] as const) document.addEventListener(act, stay, { once: true })
    return () => {
      stay()
      for (const act of ['pointermove', 'keydown'] as const) document.removeEventListener(act, stay)
    }
  }, [outcome, queries])
  // The pins rise before one's eyes.
  const [done, setDone] = useState(0)
  useEffect(() => setDone(STEPS_DONE[outcome]), [outcome])
  const as = connection.connected?.connected_as
  return (
    <div className="grid gap-4">
      <p role="status" className="text-ink-2">
        {outcome === 'done' && as !== undefined && (
          <strong className="font-semibold text-ink">{t('connect.connectedAs', { name: as })}. </strong>
        )}
        {t(detail === null ? `connect.result.${outcome}` : `connect.detail.${detail}`)}
      </p>
      <ConnectSteps done={done} />
      <DialogActions>
        {outcome === 'done' ? (
          <Button look="primary" size="lg" onClick={onClose}>
            {t('common.done')}
          </Button>
        ) : (
          <>
            <Button size="lg" onClick={onPaste}>
              {t('connect.pasteInstead')}
            </Button>
            {onAgain === undefined ? (
              <LeaveLink href={startAddress(connection, NO_WISH, { returnTo, now: 0 })} label={t('connect.again')} />
            ) : (
              <Button look="primary" size="lg" onClick={onAgain}>
                {t('connect.again')}
              </Button>
            )}
          </>
        )}
      </DialogActions>
    </div>
  )
}
