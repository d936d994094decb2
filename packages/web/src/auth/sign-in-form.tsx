import type { AppState } from '@keyway/contract'
import { type FormEvent, use, useState } from 'react'
import { request } from '../api/request.ts'
import { Button } from '../ui/button.tsx'
import { TextField } from '../ui/field.tsx'
import { Notice } from '../ui/notice.tsx'
import { doorTexts } from './door-texts.ts'
import { Problem } from './problem.tsx'
import { fill, type Texts } from './texts.ts'
import { useAct } from './use-act.ts'

export type SignInProps = {
  state: AppState
  texts: Texts
  title: string
  about: string
  /** Where single sign-on comes back to. */
  returnTo: string
  onSignedIn: () => Promise<unknown>
}

/** Signing in without leaving the request: by whatever ways this Keyway has, or by making an account where it may be. */
export default function SignInForm({ state, texts, title, about, returnTo, onSignedIn }: SignInProps) {
  const [step, setStep] = useState<'ways' | 'code' | 'new'>('ways')
  const act = useAct()
  const { signIn, signUp } = use(doorTexts(texts.language_tag))
  const ways = state.sign_in

  if (state.setup === 'needed') {
    return (
      <Notice title={texts.setupTitle}>
        {texts.setupAbout} <code className="font-mono text-sm">{state.setup_command}</code>
      </Notice>
    )
  }

  const enter = (way: () => Promise<object>) =>
    act.run(async () => {
      if ('second_step' in (await way())) setStep('code')
      else await onSignedIn()
    })
  const submit = (way: (form: FormData) => Promise<object>) => (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    enter(() => way(form))
  }
  const field = (form: FormData, name: string) => String(form.get(name))
  // A library that only a passkey needs.
  const byPasskey = async () => ({ user: await (await import('../api/sign-in.ts')).signInWithPasskey() })
  const bySso = (provider: string) => async () => {
    const { url } = await request('POST /api/app/login/sso', { body: { provider, return_to: returnTo } })
    location.assign(url)
    return new Promise<never>(() => undefined)
  }

  return (
    <section aria-label={title} className="grid gap-4 rounded-xl border border-line bg-surface p-5 shadow-low">
      <div className="grid gap-1">
        <h2 className="text-lg font-semibold">
          {step === 'code' ? signIn.codeTitle : step === 'new' ? signUp.title : title}
        </h2>
        <p className="text-sm text-ink-2">{step === 'code' ? signIn.codeAbout : about}</p>
      </div>
      {step === 'code' && (
        <form
          className="grid gap-4"
          onSubmit={submit((form) =>
            request('POST /api/app/login/second-step', { body: { code: field(form, 'code') } }),
          )}
        >
          <TextField
            label={signIn.code}
            name="code"
            autoComplete="one-time-code"
            maxLength={36}
            required
            autoFocus
            mono
          />
          <Button type="submit" look="primary" size="lg" busy={act.busy}>
            {signIn.codeSubmit}
          </Button>
        </form>
      )}
      {step === 'new' && (
        <form
          className="grid gap-4"
          onSubmit={submit((form) =>
            request('POST /api/app/sign-up/password', {
              body: {
                name: field(form, 'name'),
                login: field(form, 'username'),
                password: field(form, 'new-password'),
              },
            }),
          )}
        >
          <TextField label={signUp.name} name="name" autoComplete="name" required maxLength={100} />
          <TextField
            label={signUp.login}
            hint={signUp.loginHint}
            name="username"
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            required
          />
          <TextField
            label={signIn.password}
            hint={signIn.passwordHint}
            name="new-password"
            type="password"
            autoComplete="new-password"
            required
            minLength={10}
          />
          <Button type="submit" look="primary" size="lg" busy={act.busy}>
            {signUp.submit}
          </Button>
        </form>
      )}
      {step === 'ways' && (
        <>
          {ways.this_machine && (
            <Button
              look="primary"
              size="lg"
              busy={act.busy}
              onClick={() => enter(() => request('POST /api/app/login/this-machine'))}
            >
              {signIn.thisMachine}
            </Button>
          )}
          {ways.passkey && (
            <Button
              look={ways.this_machine ? 'plain' : 'primary'}
              size="lg"
              busy={act.busy}
              onClick={() => enter(byPasskey)}
            >
              {signIn.passkey}
            </Button>
          )}
          {ways.sso.map(({ id, name }) => (
            <Button key={id} size="lg" onClick={() => enter(bySso(id))}>
              {fill(signIn.sso, { name })}
            </Button>
          ))}
          {ways.password && (
            <form
              className="grid gap-4"
              onSubmit={submit((form) =>
                request('POST /api/app/login/password', {
                  body: { login: field(form, 'username'), password: field(form, 'password') },
                }),
              )}
            >
              <TextField
                label={signIn.login}
                name="username"
                autoComplete="username webauthn"
                autoCapitalize="none"
                spellCheck={false}
                required
              />
              <TextField
                label={signIn.password}
                name="password"
                type="password"
                autoComplete="current-password"
                required
              />
              <Button
                type="submit"
                look={ways.passkey || ways.this_machine ? 'plain' : 'primary'}
                size="lg"
                busy={act.busy}
              >
                {signIn.submit}
              </Button>
            </form>
          )}
          {state.user === null && state.sign_up !== 'open' && <p className="text-sm text-ink-3">{signIn.invite}</p>}
        </>
      )}
      <Problem error={act.error} />
      {state.user === null && state.sign_up === 'open' && step !== 'code' && (
        <Button
          look="ghost"
          onClick={() => {
            act.clear()
            setStep(step === 'ways' ? 'new' : 'ways')
          }}
        >
          {step === 'ways' ? signUp.title : texts.signUpToSignIn}
        </Button>
      )}
    </section>
  )
}
