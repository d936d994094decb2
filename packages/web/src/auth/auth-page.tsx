import { AppError } from '../api/app-error.ts'
import { Notice } from '../ui/notice.tsx'
import { Spinner } from '../ui/spinner.tsx'
import { Consent } from './consent.tsx'
import { Code, Denied, Leaving } from './ends.tsx'
import { Frame, Head } from './frame.tsx'
import { Problem } from './problem.tsx'
import { SignInStep } from './sign-in-step.tsx'
import type { Texts } from './texts.ts'
import { useRequest } from './use-request.ts'
import { titleOf, WhoAsks } from './who-asks.tsx'

/** The page on which a person decides what an app gets. */
export function AuthPage({ id, texts }: { id: string; texts: Texts }) {
  const act = useRequest(id)
  const { stage } = act
  switch (stage.at) {
    case 'loading':
      return (
        <Frame>
          <p className="flex items-center gap-2 text-ink-3" role="status">
            <Spinner />
            {texts.loading}
          </p>
        </Frame>
      )
    case 'over':
      return (
        <Frame>
          <Head focus="take" title={texts.overTitle} about={texts.overAbout} />
        </Frame>
      )
    case 'failed':
      return (
        <Frame>
          {stage.error instanceof AppError && stage.error.code === 'second_factor_required' ? (
            <Notice tone="brass" title={texts.factorTitle}>
              <a className="underline" href="/settings/account">
                {texts.factorLink}
              </a>
            </Notice>
          ) : (
            <Problem error={stage.error} />
          )}
        </Frame>
      )
    case 'decided': {
      const { decision, question, verdict } = stage
      return (
        <Frame>
          {decision.redirect_url !== null ? (
            <Leaving to={decision.redirect_url} texts={texts} />
          ) : verdict === 'allowed' && decision.code !== null ? (
            <Code code={decision.code} texts={texts} />
          ) : (
            <Denied question={question} texts={texts} />
          )}
        </Frame>
      )
    }
    case 'open': {
      const { question, state } = stage
      if (state.user !== null) return <Consent act={act} question={question} state={state} texts={texts} />
      return (
        <Frame>
          <Head title={titleOf(question, texts).title} />
          <WhoAsks question={question} texts={texts} />
          <SignInStep
            state={state}
            texts={texts}
            title={texts.signInTitle}
            about={texts.signInAbout}
            returnTo={`/auth/${question.id}`}
            onSignedIn={act.reload}
          />
        </Frame>
      )
    }
  }
}
