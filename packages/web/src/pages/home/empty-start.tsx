import type { House } from '@keyway/contract'
import { useSuspenseQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ArrowRight, ClipboardPaste } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { modelsQuery, stateQuery } from '../../api/queries.ts'
import { Pins } from '../../brand/pins.tsx'
import { Button } from '../../ui/button.tsx'
import { Chip } from '../../ui/chip.tsx'

/** No model is connected yet: the two ways to one, and what the operator provides meanwhile. */
export default function EmptyStart({
  canConnect,
  onConnect,
  onPaste,
  onHouse,
}: {
  canConnect: boolean
  onConnect: () => void
  onPaste: () => void
  /** Left out where the house's model cannot be called. */
  onHouse?: () => void
}) {
  const { t } = useTranslation()
  const { data: state } = useSuspenseQuery(stateQuery)
  return (
    <div className="mx-auto grid min-h-full w-full max-w-2xl animate-rise content-center px-4 py-10 sm:px-8 lg:min-h-dvh">
      <Pins set={0} className="mb-7 h-20 w-fit" />
      <h1 className="text-3xl font-semibold">{t('home.emptyTitle')}</h1>
      <p className="mt-2.5 mb-8 max-w-lg text-lg text-ink-2">{t('home.emptyAbout')}</p>
      <ul className="grid overflow-hidden rounded-xl border border-line bg-surface shadow-low">
        {canConnect && (
          <Way
            title={t('home.connectTitle')}
            about={t('home.connectAbout')}
            mark={<Chip tone="brass">{t('home.recommended')}</Chip>}
          >
            <Button look="primary" size="lg" onClick={onConnect} aria-label={t('home.connectTitle')}>
              {t('home.connect')}
              <ArrowRight aria-hidden="true" />
            </Button>
          </Way>
        )}
        <Way title={t('home.pasteTitle')} about={t('home.pasteAbout')}>
          <Button look={canConnect ? 'plain' : 'primary'} size="lg" onClick={onPaste}>
            <ClipboardPaste aria-hidden="true" />
            {t('home.paste')}
          </Button>
        </Way>
      </ul>
      {state.house !== null && <HouseOffer house={state.house} {...(onHouse === undefined ? {} : { onHouse })} />}
      <p className="mt-6 max-w-lg text-xs text-ink-3">{t('home.whereItGoes')}</p>
    </div>
  )
}

function Way({
  title,
  about,
  mark,
  children,
}: {
  title: string
  about: string
  mark?: ReactNode
  children: ReactNode
}) {
  return (
    <li className="flex flex-wrap items-center gap-x-6 gap-y-3.5 border-b border-line p-5 last:border-b-0">
      <div className="grid min-w-60 flex-1 gap-0.5">
        <h2 className="flex items-center gap-2.5 font-semibold">
          {title}
          {mark}
        </h2>
        <p className="text-sm text-ink-2">{about}</p>
      </div>
      <div className="max-sm:w-full max-sm:[&>*]:w-full">{children}</div>
    </li>
  )
}

function HouseOffer({ house, onHouse }: { house: House; onHouse?: () => void }) {
  const { t } = useTranslation()
  const { data: models } = useSuspenseQuery(modelsQuery)
  const withheld = models.data.some((model) => model.withheld && house.models.includes(model.id))
  const time = new Date(house.resets_at).toISOString().slice(11, 16)
  return (
    <div className="mt-4 flex flex-wrap items-center justify-between gap-x-6 gap-y-1.5 rounded-lg bg-sunken px-5 py-3.5 text-sm">
      <p>
        <span className="font-medium">{t('home.houseTitle')}: </span>
        <span className="text-ink-2">{t('home.houseAbout', { models: house.models.join(', ') })}</span>
      </p>
      <p className="tabular text-xs text-ink-3">
        {t('home.houseLeft', {
          left: house.remaining_today ?? house.daily_messages,
          daily: house.daily_messages,
          time,
        })}
      </p>
      {withheld && onHouse === undefined && (
        <p className="w-full text-ink-2">
          {t('home.houseWithheld')}{' '}
          <Link to="/settings/data" className="underline underline-offset-2 hover:text-ink">
            {t('home.houseChange')}
          </Link>
        </p>
      )}
      {onHouse !== undefined && (
        <Button size="sm" onClick={onHouse}>
          {t('home.houseUse')}
        </Button>
      )}
    </div>
  )
}
