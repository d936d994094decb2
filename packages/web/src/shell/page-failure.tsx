import { type ErrorComponentProps, useRouter } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { AppError } from '../api/app-error.ts'
import { Mark } from '../brand/mark.tsx'
import { Button } from '../ui/button.tsx'
import { Failure } from '../ui/failure.tsx'
import { Notice } from '../ui/notice.tsx'
import { isMissingScript, wasUpdated } from './missing-script.ts'
import { PageFrame } from './page-frame.tsx'

/** What stands in the place of a page that could not be shown. */
export function PageFailure({ error, reset }: ErrorComponentProps) {
  const { t } = useTranslation()
  const router = useRouter()
  // undefined: until it is known, nothing is claimed.
  const [updated, setUpdated] = useState(isMissingScript(error) ? undefined : false)
  useEffect(() => {
    if (isMissingScript(error)) void wasUpdated().then(setUpdated)
  }, [error])
  if (updated === undefined) return null
  const again = () => {
    reset()
    void router.invalidate()
  }
  return (
    <PageFrame className="mx-auto grid min-h-[70dvh] max-w-md content-center gap-5 px-4">
      <Mark className="size-9" />
      <h1 className="sr-only">{t(updated ? 'failure.updated' : 'failure.page')}</h1>
      {error instanceof AppError ? (
        <Failure
          error={error}
          actions={
            <Button size="sm" onClick={again}>
              {t('common.retry')}
            </Button>
          }
        />
      ) : (
        <Notice
          tone={updated ? 'brass' : 'alarm'}
          title={t(updated ? 'failure.updated' : 'failure.page')}
          actions={
            <Button size="sm" look={updated ? 'primary' : 'plain'} autoFocus onClick={() => location.reload()}>
              {t('failure.reload')}
            </Button>
          }
        >
          {t(updated ? 'failure.updatedFix' : 'failure.pageFix')}
        </Notice>
      )}
    </PageFrame>
  )
}
