import type { Session } from '@keyway/contract'
import { useSuspenseQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { sessionsQuery } from '../../api/queries.ts'
import { request } from '../../api/request.ts'
import { useAct } from '../../api/use-act.ts'
import { TimeAgo } from '../../format/time-ago.tsx'
import { leave } from '../../shell/leave.ts'
import { Button } from '../../ui/button.tsx'
import { Chip } from '../../ui/chip.tsx'
import { Failure } from '../../ui/failure.tsx'
import { Card, Section } from '../../ui/page.tsx'
import { toast } from '../../ui/toast.ts'

/** Every browser that is signed in, and the ways to end that. */
export function SessionsCard() {
  const { t } = useTranslation()
  const { data: sessions } = useSuspenseQuery(sessionsQuery)
  const endOthers = useAct(() => request('DELETE /api/app/sessions', { query: { except: 'current' } }), {
    changes: [sessionsQuery.queryKey],
    done: () => toast(t('account.endedOthers')),
  })
  const endAll = useAct(() => request('DELETE /api/app/sessions'), {
    done: () => leave('signed_out'),
  })
  return (
    <Section
      title={t('account.sessions')}
      about={t('account.sessionsAbout')}
      action={
        <div className="flex flex-wrap gap-2">
          {sessions.length > 1 && (
            <Button size="sm" busy={endOthers.isPending} onClick={() => endOthers.mutate()}>
              {t('account.endOthers')}
            </Button>
          )}
          <Button size="sm" busy={endAll.isPending} onClick={() => endAll.mutate()}>
            {t('account.endAll')}
          </Button>
        </div>
      }
    >
      <Card>
        <ul>
          {sessions.map((session) => (
            <SessionRow key={session.id} session={session} />
          ))}
        </ul>
      </Card>
      <Failure error={endOthers.error ?? endAll.error} />
    </Section>
  )
}

function SessionRow({ session }: { session: Session }) {
  const { t } = useTranslation()
  const { id, device } = session
  const end = useAct(() => request('DELETE /api/app/sessions/:id', { params: { id } }), {
    changes: [sessionsQuery.queryKey],
    done: () => toast(t('account.ended')),
  })
  return (
    <li className="flex items-center gap-4 border-b border-line px-4 py-3 last:border-b-0">
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <span className="font-medium">{device}</span>
          {session.current && <Chip tone="hold">{t('account.thisBrowser')}</Chip>}
        </p>
        <p className="text-xs text-ink-3">
          {t('account.seen')} <TimeAgo moment={session.last_seen_at} /> · {t(`account.methods.${session.method}`)}
          {session.ip !== null && (
            <>
              {' · '}
              <span className="font-mono">{session.ip}</span>
            </>
          )}
        </p>
      </div>
      {!session.current && (
        <Button size="sm" busy={end.isPending} onClick={() => end.mutate()} aria-label={t('account.endOf', { device })}>
          {t('account.end')}
        </Button>
      )}
    </li>
  )
}
