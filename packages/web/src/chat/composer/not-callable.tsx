import { useSuspenseQuery } from '@tanstack/react-query'
import { Unplug } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { stateQuery } from '../../api/queries.ts'
import { Button } from '../../ui/button.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Reconnect } from '../message/reconnect.tsx'
import { nameOf, useModels } from '../models.ts'
import Withheld from './withheld.tsx'

/** The conversation's model cannot be called any more: what was said stays, and there are two ways on. */
export function NotCallable({
  models: gone,
  onChoose,
}: {
  models: readonly string[]
  onChoose: (model: string) => void
}) {
  const { t } = useTranslation()
  const models = useModels()
  const { data: state } = useSuspenseQuery(stateQuery)
  const withheld = gone.filter((id) => models.get(id)?.withheld)
  if (withheld.length > 0) {
    return (
      <div className="pb-2">
        <Withheld models={withheld} onChoose={onChoose} />
      </div>
    )
  }
  const house = state.house?.models.find((id) => models.get(id)?.callable === true)
  return (
    <div className="pb-2">
      <Notice
        tone="brass"
        icon={<Unplug aria-hidden="true" />}
        title={t('chat.notCallable', { names: gone.map((id) => nameOf(models, id)).join(', ') })}
        actions={
          <>
            <Reconnect look="primary" />
            {house !== undefined && (
              <Button size="sm" onClick={() => onChoose(house)}>
                {t('chat.goOnWith', { name: nameOf(models, house) })}
              </Button>
            )}
          </>
        }
      >
        {t('chat.notCallableAbout')}
      </Notice>
    </div>
  )
}
