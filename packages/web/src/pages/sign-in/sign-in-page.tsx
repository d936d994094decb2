import { useMutation, useSuspenseQuery } from '@tanstack/react-query'
import { Link, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { stateQuery } from '../../api/queries.ts'
import { request } from '../../api/request.ts'
import { withTexts } from '../../i18n/i18n.ts'
import { DoorFrame } from '../../shell/door-frame.tsx'
import { useEnter } from '../../shell/use-enter.ts'
import { Fold } from '../../ui/fold.tsx'
import { Notice } from '../../ui/notice.tsx'
import { SignInForm } from './sign-in-form.tsx'
import { SsoNotice } from './sso-notice.tsx'
import { VisitButton } from './visit-button.tsx'

const ArrivalNotice = lazy(() => withTexts(['connect'], import('./arrival-notice.tsx')))

/** The way in for whoever has a login. */
export function SignInPage() {
  const { t } = useTranslation()
  const { data: state } = useSuspenseQuery(stateQuery)
  const { return_to, signed_out, deleted, sso, provider, ...back } = useSearch({ from: '/sign-in' })
  const enter = useEnter()
  const target = return_to ?? '/'

  // "This machine only" means that nobody is asked, except right after they signed out.
  const { mutate: enterHere } = useMutation({
    mutationFn: async () => {
      await request('POST /api/app/login/this-machine')
      await enter(target)
    },
  })
  const tried = useRef(false)
  const unasked = state.sign_in.this_machine && signed_out !== true && deleted !== true
  useEffect(() => {
    if (!unasked || tried.current) return
    tried.current = true
    enterHere()
  }, [unasked, enterHere])

  const nameOf = (id: string | undefined) =>
    state.sign_in.sso.find((one) => one.id === id)?.name ?? t('signIn.ssoOther')
  const canVisit = state.sign_up === 'visitor' && state.connect.openrouter && state.connect.flow === 'page'
  // Who is half way in has an account, and reads nothing on how to get one.
  const [halfway, setHalfway] = useState(false)
  const form = (
    <SignInForm ways={state.sign_in} onSignedIn={() => enter(target)} onHalfway={setHalfway} returnTo={target} />
  )
  const hasOwnWay = canVisit && back.detail === 'own_login'
  const about = canVisit && !hasOwnWay ? { about: t('signIn.visitAbout') } : {}
  return (
    <DoorFrame title={t('signIn.title')} set={3} {...about}>
      {signed_out === true && <Notice>{t('signIn.signedOut')}</Notice>}
      {deleted === true && <Notice>{t('signIn.deleted')}</Notice>}
      {sso !== undefined && <SsoNotice sso={sso} name={nameOf(provider)} />}
      {back.connect !== undefined && (
        <Suspense>
          <ArrivalNotice {...back} />
        </Suspense>
      )}
      {canVisit && !hasOwnWay && <VisitButton look="primary" />}
      {canVisit && !hasOwnWay ? <Fold title={t('signIn.ownWay')}>{form}</Fold> : form}
      {hasOwnWay && <VisitButton look="plain" />}
      {state.sign_up === 'open' && !halfway && (
        <p className="text-sm text-ink-3">
          {t('signIn.newHere')}{' '}
          <Link to="/sign-up" className="text-ink-2 underline underline-offset-2 hover:text-ink">
            {t('signIn.toSignUp')}
          </Link>
        </p>
      )}
      {state.rankings === 'public' && !halfway && (
        <p className="text-sm text-ink-3">
          <Link to="/rankings" className="text-ink-2 underline underline-offset-2 hover:text-ink">
            {t('signIn.toRankings')}
          </Link>
        </p>
      )}
      {!canVisit && state.sign_up !== 'open' && !halfway && <p className="text-sm text-ink-3">{t('signIn.invite')}</p>}
    </DoorFrame>
  )
}
