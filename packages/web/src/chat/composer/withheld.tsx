import { useSuspenseQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { EyeOff } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { modelsQuery } from '../../api/queries.ts'
import { Button, buttonClass } from '../../ui/button.tsx'
import { Notice } from '../../ui/notice.tsx'
import { nameOf, useModels } from '../models.ts'

/** The person asked for providers that keep nothing, and of those who serve these models none is known to: the ways on. */
export default function Withheld({
  models: kept,
  onChoose,
}: {
  models: readonly string[]
  onChoose: (model: string) => void
}) {
  const { t } = useTranslation()
  const models = useModels()
  const { preselected } = useSuspenseQuery(modelsQuery).data
  const other = preselected ?? [...models.values()].find(({ callable }) => callable)?.id
  return (
    <Notice
      tone="brass"
      icon={<EyeOff aria-hidden="true" />}
      title={t('composer.withheld', { names: kept.map((id) => nameOf(models, id)).join(', ') })}
      actions={
        <>
          {other !== undefined && (
            <Button size="sm" look="primary" onClick={() => onChoose(other)}>
              {t('composer.withheldOther', { name: nameOf(models, other) })}
            </Button>
          )}
          <Link to="/settings/data" className={buttonClass(other === undefined ? 'primary' : 'plain', 'sm')}>
            {t('composer.withheldChange')}
          </Link>
        </>
      }
    >
      {t('composer.withheldAbout')}
    </Notice>
  )
}
