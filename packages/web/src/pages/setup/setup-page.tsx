import { useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { Link, Navigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { stateQuery } from '../../api/queries.ts'
import { request } from '../../api/request.ts'
import { DoorFrame } from '../../shell/door-frame.tsx'
import { SETUP_LINK } from '../../shell/use-enter.ts'
import { useLinkToken } from '../../shell/use-link-token.ts'
import { Button, buttonClass } from '../../ui/button.tsx'
import { CodeBlock } from '../../ui/code-block.tsx'
import { Failure } from '../../ui/failure.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { DemoEntry } from './demo-entry.tsx'
import { SetupForm } from './setup-form.tsx'

/** `/setup#<token>`: makes a login with a one-time link. Without a link, says how to get one. */
export function SetupPage() {
  const token = useLinkToken()
  const { data: state } = useSuspenseQuery(stateQuery)
  if (token !== '') return <WithLink key={token} token={token} />
  if (state.user !== null) return <Navigate to="/" replace />
  return state.setup === 'needed' ? <WithoutLink command={state.setup_command} /> : <Navigate to="/sign-in" replace />
}

function WithoutLink({ command }: { command: string }) {
  const { t } = useTranslation()
  return (
    <DoorFrame title={t('setup.neededTitle')} about={t('setup.neededAbout')}>
      <div className="grid gap-2">
        <p className="text-sm text-ink-2">{t('setup.neededCommand')}</p>
        <CodeBlock code={command} label={t('setup.neededCommand')} />
      </div>
    </DoorFrame>
  )
}

function WithLink({ token }: { token: string }) {
  const { t } = useTranslation()
  const { data: state } = useSuspenseQuery(stateQuery)
  const check = useQuery({
    queryKey: [SETUP_LINK, token],
    queryFn: () => request('POST /api/app/setup/check', { body: { token } }),
    gcTime: 0,
    // Asking again while the person types would reset nothing, and costs one of the tries that the server counts.
    staleTime: Number.POSITIVE_INFINITY,
  })
  if (check.isPending) {
    return (
      <DoorFrame title={t('setup.checking')}>
        <Skeleton rows={2} />
      </DoorFrame>
    )
  }
  if (check.data !== undefined) {
    if ('gone' in check.data) return <Gone />
    if (state.demo && check.data.methods.includes('this_machine')) return <DemoEntry token={token} />
    return <SetupForm token={token} check={check.data} />
  }
  return (
    <DoorFrame title={t('setup.title')}>
      <Failure error={check.error} actions={<Button onClick={() => check.refetch()}>{t('common.retry')}</Button>} />
    </DoorFrame>
  )
}

function Gone() {
  const { t } = useTranslation()
  const { data: state } = useSuspenseQuery(stateQuery)
  return (
    <DoorFrame title={t('setup.goneTitle')} about={t('setup.goneAbout')}>
      {state.setup === 'needed' ? (
        <div className="grid gap-2">
          <p className="text-sm text-ink-2">{t('setup.neededCommand')}</p>
          <CodeBlock code={state.setup_command} label={t('setup.neededCommand')} />
        </div>
      ) : (
        <Link to="/sign-in" className={buttonClass('plain', 'lg')}>
          {t('setup.toSignIn')}
        </Link>
      )}
    </DoorFrame>
  )
}
