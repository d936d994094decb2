import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { stateQuery } from '../../api/queries.ts'
import { request } from '../../api/request.ts'
import { useAct } from '../../api/use-act.ts'
import { useSignedIn } from '../../api/use-signed-in.ts'
import { Button } from '../../ui/button.tsx'
import { Failure } from '../../ui/failure.tsx'
import { TextField } from '../../ui/field.tsx'
import { Card } from '../../ui/page.tsx'
import { toast } from '../../ui/toast.ts'
import { AddressRow } from './address-row.tsx'

/** The person's name, with what only an administrator changes beside it. */
export function ProfileCard() {
  const { t } = useTranslation()
  const { user } = useSignedIn()
  const [name, setName] = useState(user.name)
  const save = useAct(() => request('PATCH /api/app/me', { body: { name: name.trim() } }), {
    changes: [stateQuery.queryKey],
    done: () => toast(t('account.saved')),
  })
  const changed = name.trim() !== '' && name.trim() !== user.name
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (changed) save.mutate()
  }
  return (
    <Card className="grid gap-4 p-5">
      <form onSubmit={submit} className="grid gap-4">
        <div className="flex flex-wrap items-end gap-3">
          <div className="min-w-56 flex-1">
            <TextField
              label={t('account.name')}
              autoComplete="name"
              required
              maxLength={100}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          </div>
          {changed && (
            <Button type="submit" look="primary" className="h-9" busy={save.isPending}>
              {t('common.save')}
            </Button>
          )}
        </div>
        <dl className="flex flex-wrap gap-x-8 gap-y-2 text-sm">
          <div className="flex gap-2">
            <dt className="text-ink-3">{t('account.role')}</dt>
            <dd>{t(`roleNames.${user.role}`)}</dd>
          </div>
        </dl>
        <Failure error={save.error} />
      </form>
      <AddressRow />
    </Card>
  )
}
