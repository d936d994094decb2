import { lazy, Suspense } from 'react'
import { Spinner } from '../ui/spinner.tsx'
import type { SignInProps } from './sign-in-form.tsx'

const SignInForm = lazy(() => import('./sign-in-form.tsx'))

/** Signing in, as a step on the way. Its script comes when somebody has to. */
export function SignInStep(props: SignInProps) {
  return (
    <Suspense fallback={<Spinner />}>
      <SignInForm {...props} />
    </Suspense>
  )
}
