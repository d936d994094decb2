import type { ConnectedApp } from '@keyway/contract'
import { Ban, CirclePause, CirclePlay, Ellipsis, ListTree, SlidersHorizontal } from 'lucide-react'
import { lazy, type ReactNode, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
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
import { CapMeter } from '../keys/cap-meter.tsx'
import { appName } from './app-name.ts'
import { appsQuery } from './queries.ts'

const ChangeDialog = lazy(() => withTexts(['apps', 'terms'], import('./change-dialog.tsx')))
const RevokeDialog = lazy(() => withTexts(['apps'], import('./revoke-dialog.tsx')))
const CallsSheet = lazy(() => withTexts(['apps'], import('./calls-sheet.tsx')))

/** Models that are named; the rest is a number. */
const MODELS_NAMED = 3

/** One app: who it is, as far as that is proved; what it may spend and spent; and what can be done about it. */
export function AppCard({ data }: { data: ConnectedApp }) {
  const { t, i18n } = useTranslation()
  const [open, setOpen] = useState<'calls' | 'change' | 'revoke' | undefined>()
  const close = () => setOpen(undefined)
  const pause = useAct(
    () =>
      request('PATCH /api/app/apps/:hash', { params: { hash: data.hash }, body: { paused: data.state === 'active' } }),
    { changes: [appsQuery.queryKey] },
  )
  const name = appName(data, t)
  const ago = (moment: string) => formatDistance(moment, i18n.language)
  const { app, models_used: used } = data
  return (
    <li className="grid gap-4 rounded-lg border border-line bg-surface px-4 py-4 shadow-low sm:px-5">
      <div className="flex items-start gap-4">
        <Bitting hash={data.hash} dim={data.state !== 'active'} className="mt-1 h-6" />
        <div className="grid min-w-0 flex-1 gap-0.5">
          <h2 className="flex flex-wrap items-center gap-x-2 gap-y-1 text-base font-semibold">
            <span className="[font-variant-ligatures:none] [overflow-wrap:anywhere]">{name}</span>
            {data.state !== 'active' && (
              <Chip tone={data.state === 'expired' ? 'alarm' : 'quiet'}>{t(`apps.${data.state}`)}</Chip>
            )}
            {data.weak !== null && <Chip tone="alarm">{t('apps.weakChip')}</Chip>}
          </h2>
          <p className="text-sm text-ink-3 [font-variant-ligatures:none] [overflow-wrap:anywhere]">
            {app.origin === null ? t('apps.kinds.headless') : t(`apps.kinds.${app.kind}`, { origin: app.origin })}
            {app.claimed !== null && ` \u00b7 ${t('apps.claimed', { name: app.claimed })}`}
          </p>
        </div>
        <Menu
          trigger={
            <IconButton label={t('common.menuFor', { name })}>
              <Ellipsis aria-hidden="true" />
            </IconButton>
          }
        >
          <MenuItem onSelect={() => setOpen('calls')}>
            <ListTree aria-hidden="true" />
            {t('apps.calls')}
          </MenuItem>
          <MenuItem onSelect={() => setOpen('change')}>
            <SlidersHorizontal aria-hidden="true" />
            {t('apps.change')}
          </MenuItem>
          {data.state !== 'expired' && (
            <MenuItem onSelect={() => pause.mutate()}>
              {data.state === 'paused' ? <CirclePlay aria-hidden="true" /> : <CirclePause aria-hidden="true" />}
              {t(data.state === 'paused' ? 'apps.resume' : 'apps.pause')}
            </MenuItem>
          )}
          <MenuLine />
          <MenuItem onSelect={() => setOpen('revoke')} danger>
            <Ban aria-hidden="true" />
            {t('apps.revoke')}
          </MenuItem>
        </Menu>
      </div>
      <div className="grid gap-x-8 gap-y-4 sm:grid-cols-[minmax(0,1fr)_minmax(0,1.4fr)] sm:pl-1">
        <div className="grid content-start gap-1.5">
          <CapMeter data={data} />
          <p className="flex flex-wrap gap-x-3 text-2xs text-ink-3 tabular">
            <span>
              {t('apps.today')} <Usd amount={data.usage.today_usd} />
            </span>
            <span>
              {t('apps.month')} <Usd amount={data.usage.month_usd} />
            </span>
            <span>
              {t('apps.total')} <Usd amount={data.usage.total_usd} />
            </span>
          </p>
        </div>
        <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1 text-sm">
          <Fact name={t('apps.lastUsed')}>
            {data.last_used_at === null ? t('apps.neverUsed') : ago(data.last_used_at)}
          </Fact>
          <Fact name={t('apps.ends')}>{data.expires_at === null ? t('common.never') : ago(data.expires_at)}</Fact>
          <Fact name={t('apps.mayUse')}>{data.models === null ? t('apps.everyModel') : data.models.join(', ')}</Fact>
          <Fact name={t('apps.used')}>
            {used.length === 0 ? (
              t('apps.nothingUsed')
            ) : (
              <>
                <span className="font-mono text-xs">
                  {used
                    .slice(0, MODELS_NAMED)
                    .map(({ model, calls }) => `${model} \u00d7${calls}`)
                    .join(', ')}
                </span>
                {used.length > MODELS_NAMED && ` ${t('apps.moreModels', { count: used.length - MODELS_NAMED })}`}
              </>
            )}
          </Fact>
          {data.bound && <Fact name={t('apps.bound')}>{t('apps.boundAbout')}</Fact>}
          {data.identity_shared && <Fact name={t('apps.knows')}>{t('apps.identity')}</Fact>}
        </dl>
      </div>
      <Failure error={pause.error} />
      <Suspense>
        {open === 'calls' && <CallsSheet data={data} onClose={close} />}
        {open === 'change' && <ChangeDialog data={data} onClose={close} />}
        {open === 'revoke' && <RevokeDialog data={data} onClose={close} />}
      </Suspense>
    </li>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-ink-3">{name}</dt>
      <dd className="[overflow-wrap:anywhere]">{children}</dd>
    </>
  )
}
