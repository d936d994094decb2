import { useSuspenseQuery } from '@tanstack/react-query'
import { ArrowUpRight } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { SignInForm } from '../pages/sign-in/sign-in-form.tsx'
import { buttonClass } from '../ui/button.tsx'
import { Dialog, DialogActions } from '../ui/dialog.tsx'
import { stateQuery } from './queries.ts'

/** Asks who is signed in to sign in once more. */
export default function FreshSignInDialog({ onEnd }: { onEnd: (fresh: boolean) => void }) {
  const { t } = useTranslation()
  const { data: state } = useSuspenseQuery(stateQuery)
  if (state.user?.visitor) {
    const back = new URLSearchParams({ return_to: location.pathname })
    return (
      <Dialog title={t('signIn.againTitle')} about={t('signIn.againVisitAbout')} onClose={() => onEnd(false)}>
        <DialogActions>
          <a className={buttonClass('primary', 'lg')} href={`/connect/openrouter/start?${back}`}>
            {t('signIn.againVisit')}
            <ArrowUpRight aria-hidden="true" />
          </a>
        </DialogActions>
      </Dialog>
    )
  }
  return (
    <Dialog title={t('signIn.againTitle')} about={t('signIn.againAbout')} onClose={() => onEnd(false)}>
      <SignInForm ways={state.sign_in} onSignedIn={() => onEnd(true)} returnTo={location.pathname + location.search} />
    </Dialog>
  )
}
