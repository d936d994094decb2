import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Pins } from '../brand/pins.tsx'
import { buttonClass } from '../ui/button.tsx'
import { PageFrame } from './page-frame.tsx'

/** An address that leads nowhere. */
export function NotFoundPage() {
  const { t } = useTranslation()
  return (
    <PageFrame className="mx-auto grid min-h-[70dvh] max-w-md content-center justify-items-start gap-4 px-4">
      <Pins set={0} className="h-16" />
      <h1 className="text-2xl font-semibold">{t('failure.missing')}</h1>
      <p className="text-ink-2">{t('failure.missingAbout')}</p>
      <Link to="/" className={buttonClass('plain', 'md')}>
        {t('failure.home')}
      </Link>
    </PageFrame>
  )
}
