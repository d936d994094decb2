import type { Preferences } from '@keyway/contract'
import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { modelsQuery } from '../../api/queries.ts'
import { request } from '../../api/request.ts'
import { useAct } from '../../api/use-act.ts'
import { preferencesQuery } from '../../chat/preferences.ts'
import { Failure } from '../../ui/failure.tsx'
import { SwitchField } from '../../ui/field.tsx'
import { Card } from '../../ui/page.tsx'
import { toast } from '../../ui/toast.ts'

/** Where messages go in one line, and the switch that keeps them from whoever would keep them. */
export function CollectionCard() {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const { data: preferences } = useSuspenseQuery(preferencesQuery)
  const change = useAct(
    (data_collection: Preferences['data_collection']) =>
      request('PATCH /api/app/preferences', { body: { data_collection } }),
    {
      done: (kept) => {
        queries.setQueryData(preferencesQuery.queryKey, kept)
        // Other models can be called now.
        void queries.invalidateQueries({ queryKey: modelsQuery.queryKey })
        toast(t('data.saved'))
      },
    },
  )
  // What was just asked for, until the server says what stands. Ours, as the act itself tells a moment too late: the
  // browser would have put the switch back by then.
  const [asked, setAsked] = useState<Preferences['data_collection']>()
  const press = (next: Preferences['data_collection']) => {
    setAsked(next)
    change.mutate(next, { onSettled: () => setAsked(undefined) })
  }
  return (
    <Card className="grid gap-4 px-4 py-3.5">
      <p className="max-w-2xl text-sm text-ink-2">{t('data.whereItGoes')}</p>
      <SwitchField
        label={t('data.deny')}
        hint={t('data.denyHint')}
        checked={(asked ?? preferences.data_collection) === 'deny'}
        onChange={({ target }) => press(target.checked ? 'deny' : 'allow')}
      />
      <Failure error={change.error} />
    </Card>
  )
}
