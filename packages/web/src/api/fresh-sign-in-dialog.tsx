import { useSuspenseQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { SignInForm } from '../pages/sign-in/sign-in-form.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { stateQuery } from './queries.ts'

/** Asks who is signed in to sign in once more. */
export default function FreshSignInDialog({ onEnd }: { onEnd: (fresh: boolean) => void }) {
  const { t } = useTranslation()
  const { data: state } = useSuspenseQuery(stateQuery)
  return (
    <Dialog title={t('signIn.againTitle')} about={t('signIn.againAbout')} onClose={() => onEnd(false)}>
      <SignInForm ways={state.sign_in} onSignedIn={() => onEnd(true)} />
    </Dialog>
  )
}
