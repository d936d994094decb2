import type { Invited } from '@keyway/contract'
import { useQuery } from '@tanstack/react-query'
import { UserPlus } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSignedIn } from '../../api/use-signed-in.ts'
import { withTexts } from '../../i18n/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { Failure } from '../../ui/failure.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Card, Page } from '../../ui/page.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { toast } from '../../ui/toast.ts'
import { PersonRow } from './person-row.tsx'
import { peopleQuery } from './queries.ts'

const InviteDialog = lazy(() => withTexts(['people'], import('./invite-dialog.tsx')))
const LinkDialog = lazy(() => withTexts(['people'], import('./link-dialog.tsx')))

/** Who may use this Keyway, for those who run it. */
export function PeoplePage() {
  const { t } = useTranslation()
  const { user } = useSignedIn()
  const allowed = user.role !== 'member'
  const { data: people, error } = useQuery({ ...peopleQuery, enabled: allowed })
  const [inviting, setInviting] = useState(false)
  const [invited, setInvited] = useState<Invited>()
  /** A link is shown; of a mail it is said that it went. */
  const show = (made: Invited) => {
    if (made.mailed_to !== null) toast(t('people.mailed', { email: made.mailed_to }))
    setInvited(made)
  }
  return (
    <Page
      title={t('people.title')}
      about={t('people.about')}
      action={
        allowed && (
          <Button look="primary" onClick={() => setInviting(true)}>
            <UserPlus aria-hidden="true" />
            {t('people.invite')}
          </Button>
        )
      }
    >
      {!allowed && <Notice title={t('people.forbiddenTitle')}>{t('people.forbidden')}</Notice>}
      <Failure error={error} />
      {allowed && people === undefined && error === null && <Skeleton />}
      {people !== undefined && (
        <Card>
          <ul>
            {people.map((person) => (
              <PersonRow key={person.id} person={person} onInvited={show} />
            ))}
          </ul>
        </Card>
      )}
      <Suspense>
        {inviting && (
          <InviteDialog
            onClose={() => setInviting(false)}
            onInvited={(made) => {
              setInviting(false)
              show(made)
            }}
          />
        )}
        {invited?.link != null && (
          <LinkDialog invited={invited} link={invited.link} onClose={() => setInvited(undefined)} />
        )}
      </Suspense>
    </Page>
  )
}
