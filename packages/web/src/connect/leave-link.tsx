import { ConnectLink } from '@keyway/connect/react'
import { ArrowUpRight } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { buttonClass } from '../ui/button.tsx'
import { Spinner } from '../ui/spinner.tsx'

/** Leaves for the issuer: a plain link, which says that it was pressed while the way there opens. */
export function LeaveLink({ href, label }: { href: string; label: string }) {
  const { t } = useTranslation()
  return (
    <ConnectLink data-first className={buttonClass('primary', 'lg')} href={href}>
      {({ status }) =>
        status === 'leaving' ? (
          <>
            <Spinner />
            {t('connect.leaving')}
          </>
        ) : (
          <>
            {label}
            <ArrowUpRight aria-hidden="true" />
          </>
        )
      }
    </ConnectLink>
  )
}
