import type { IssuedKey, Key } from '@keyway/contract'
import { Ban, CirclePower, Ellipsis, RefreshCw, SlidersHorizontal } from 'lucide-react'
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { keysQuery } from '../../api/queries.ts'
import { request } from '../../api/request.ts'
import { useAct } from '../../api/use-act.ts'
import { Bitting } from '../../brand/bitting.tsx'
import { formatDistance } from '../../format/time.ts'
import { Usd } from '../../format/usd.tsx'
import { withTexts } from '../../i18n/i18n.ts'
import { IconButton } from '../../ui/button.tsx'
import { Chip } from '../../ui/chip.tsx'
import { Failure } from '../../ui/failure.tsx'
import { Menu, MenuItem, MenuLine } from '../../ui/menu.tsx'
import { CapMeter } from './cap-meter.tsx'

const KeyDialog = lazy(() => withTexts(['keys', 'terms'], import('./key-dialog.tsx')))
const RevokeDialog = lazy(() => withTexts(['keys', 'terms'], import('./revoke-dialog.tsx')))
const RotateDialog = lazy(() => withTexts(['keys', 'terms'], import('./rotate-dialog.tsx')))

/** One key: what it may do, what it has spent, and what can be done with it. */
export function KeyRow({
  data: key,
  marked,
  onIssued,
}: {
  data: Key
  /** The address names this one. */
  marked: boolean
  onIssued: (issued: IssuedKey) => void
}) {
  const { t, i18n } = useTranslation()
  const [open, setOpen] = useState<'edit' | 'rotate' | 'revoke' | undefined>()
  const close = () => setOpen(undefined)
  const row = useRef<HTMLLIElement>(null)
  useEffect(() => {
    if (marked) row.current?.scrollIntoView({ block: 'center' })
  }, [marked])
  const toggle = useAct(
    () =>
      request('PATCH /api/app/keys/:hash', {
        params: { hash: key.hash },
        body: { disabled: key.state !== 'disabled' },
      }),
    { changes: [keysQuery.queryKey] },
  )
  const notes = [
    key.environment !== 'production' && t(`keys.environments.${key.environment}`),
    key.models === null ? t('keys.everyModel') : t('keys.modelCount', { count: key.models.length }),
    key.ips !== null && t('keys.ipCount', { count: key.ips.length }),
    key.scopes?.includes('chat') && t('keys.chatNote'),
    key.expires_at !== null &&
      t(key.state === 'expired' ? 'keys.expiredAgo' : 'keys.expiresIn', {
        when: formatDistance(key.expires_at, i18n.language),
      }),
  ].filter(Boolean)
  return (
    <li
      ref={row}
      className={`grid gap-x-6 gap-y-3 border-b border-line px-4 py-4 last:border-b-0 sm:grid-cols-[minmax(0,1fr)_13rem_auto] sm:items-center lg:grid-cols-[minmax(0,1fr)_17rem_auto] ${marked ? 'bg-brass-wash' : ''}`}
    >
      <div className="flex min-w-0 items-center gap-4 max-sm:pr-10">
        <Bitting hash={key.hash} dim={key.state !== 'active'} className="h-6" />
        <div className="min-w-0">
          <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
            <span className="truncate font-medium">{key.name}</span>
            {key.state !== 'active' && (
              <Chip tone={key.state === 'expired' ? 'alarm' : 'quiet'}>{t(`keys.${key.state}`)}</Chip>
            )}
            {key.kind === 'management' && <Chip tone="brass">{t('keys.management')}</Chip>}
          </p>
          <p className="text-xs text-ink-3 sm:truncate">
            <span className="font-mono">{key.label}</span> · {notes.join(' · ')}
          </p>
        </div>
      </div>
      <div className="grid gap-1.5">
        <CapMeter data={key} />
        <p className="flex justify-between gap-3 text-2xs text-ink-3 tabular">
          <span>
            {t('keys.today')} <Usd amount={key.usage.today_usd} />
          </span>
          <span>
            {t('keys.month')} <Usd amount={key.usage.month_usd} />
          </span>
          <span>
            {t('keys.total')} <Usd amount={key.usage.total_usd} />
          </span>
        </p>
      </div>
      <div className="max-sm:absolute max-sm:right-6 sm:justify-self-end">
        <Menu
          trigger={
            <IconButton label={t('common.menuFor', { name: key.name })}>
              <Ellipsis aria-hidden="true" />
            </IconButton>
          }
        >
          <MenuItem onSelect={() => setOpen('edit')}>
            <SlidersHorizontal aria-hidden="true" />
            {t('keys.edit')}
          </MenuItem>
          <MenuItem onSelect={() => setOpen('rotate')}>
            <RefreshCw aria-hidden="true" />
            {t('keys.rotate')}
          </MenuItem>
          {key.state !== 'expired' && (
            <MenuItem onSelect={() => toggle.mutate()}>
              <CirclePower aria-hidden="true" />
              {t(key.state === 'disabled' ? 'keys.enable' : 'keys.disable')}
            </MenuItem>
          )}
          <MenuLine />
          <MenuItem danger onSelect={() => setOpen('revoke')}>
            <Ban aria-hidden="true" />
            {t('keys.revoke')}
          </MenuItem>
        </Menu>
      </div>
      {toggle.error !== null && (
        <div className="sm:col-span-3">
          <Failure error={toggle.error} />
        </div>
      )}
      <Suspense>
        {open === 'edit' && <KeyDialog changes={key} onClose={close} />}
        {open === 'rotate' && (
          <RotateDialog
            data={key}
            onClose={close}
            onIssued={(issued) => {
              close()
              onIssued(issued)
            }}
          />
        )}
        {open === 'revoke' && <RevokeDialog data={key} onClose={close} />}
      </Suspense>
    </li>
  )
}
