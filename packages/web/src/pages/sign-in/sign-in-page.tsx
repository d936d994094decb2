import { useMutation, useSuspenseQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { stateQuery } from '../../api/queries.ts'
import { request } from '../../api/request.ts'
import { DoorFrame } from '../../shell/door-frame.tsx'
import { useEnter } from '../../shell/use-enter.ts'
import { Notice } from '../../ui/notice.tsx'
import { SignInForm } from './sign-in-form.tsx'

/** The way in for whoever has a login. */
export function SignInPage() {
  const { t } = useTranslation()
  const { data: state } = useSuspenseQuery(stateQuery)
  const { return_to, signed_out } = useSearch({ from: '/sign-in' })
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
  const unasked = state.sign_in.this_machine && signed_out !== true
  useEffect(() => {
    if (!unasked || tried.current) return
    tried.current = true
    enterHere()
  }, [unasked, enterHere])

  return (
    <DoorFrame title={t('signIn.title')} set={3}>
      {signed_out === true && <Notice>{t('signIn.signedOut')}</Notice>}
      <SignInForm ways={state.sign_in} onSignedIn={() => enter(target)} />
      {state.sign_up === 'invite' && <p className="text-sm text-ink-3">{t('signIn.invite')}</p>}
    </DoorFrame>
  )
}
