import type { AppState, AuthQuestion } from '@keyway/contract'
import { type MouseEvent, type ReactNode, useState } from 'react'
import { AppError } from '../api/app-error.ts'
import { request } from '../api/request.ts'
import { formatUsd } from '../format/money.ts'
import { Button } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'
import { amountOf, type Choice, proposedChoice } from './choice.ts'
import { Frame, Head } from './frame.tsx'
import { Limits } from './limits.tsx'
import { Problem } from './problem.tsx'
import { SignInStep } from './sign-in-step.tsx'
import { fill, type Texts } from './texts.ts'
import { useAct } from './use-act.ts'
import { useArmed } from './use-armed.ts'
import type { Act } from './use-request.ts'
import { titleOf, WhoAsks } from './who-asks.tsx'

type Props = { act: Act; question: AuthQuestion; state: AppState; texts: Texts }

/** Who asks, what they get, the person's own limits, and the two ways to end it. */
export function Consent({ act, question, state, texts }: Props) {
  const [choice, setChoice] = useState(() => proposedChoice(question))
  const [again, setAgain] = useState(false)
  const [pressed, setPressed] = useState<'allow' | 'deny'>()
  const doing = useAct()
  const armed = useArmed()
  const limit = amountOf(choice.limit, question.bounds.limit_usd_max)
  const ready = limit !== undefined && choice.models?.length !== 0

  const allow = () => {
    setPressed('allow')
    doing.run(async () => {
      try {
        const { reset, days, models, identity } = choice
        await act.allow({ limit_usd: limit ?? '0', reset, days, models, share_identity: identity })
      } catch (error) {
        if (!(error instanceof AppError && error.code === 'sign_in_again')) throw error
        setAgain(true)
      }
    })
  }
  /** A press that a person made, on a page that has been in front of them for a moment. */
  const meant = (run: () => void) => (event: MouseEvent) => {
    if (armed() && event.nativeEvent.isTrusted) run()
  }
  const deny = () => {
    setPressed('deny')
    doing.run(act.deny)
  }
  const leave = () =>
    doing.run(async () => {
      await request('POST /api/app/logout')
      await act.reload()
    })

  if (again) {
    const above = formatUsd(question.fresh_above_usd, texts.language_tag)
    return (
      <Frame>
        <SignInStep
          state={state}
          texts={texts}
          title={texts.againTitle}
          about={fill(texts.againAbout, { limit: above })}
          returnTo={`/auth/${question.id}`}
          onSignedIn={async () => {
            setAgain(false)
            allow()
          }}
        />
        <Button look="ghost" onClick={() => setAgain(false)}>
          {texts.back}
        </Button>
      </Frame>
    )
  }

  const { title, about } = titleOf(question, texts)
  return (
    <Frame foot={<p className="max-sm:pb-16">{fill(texts.keyName, { name: question.key_name })}</p>}>
      <Head title={title} about={about} />
      <WhoAsks question={question} texts={texts} />
      <Warnings question={question} texts={texts} />
      <WhatItGets texts={texts} />
      <Limits question={question} texts={texts} choice={choice} onChange={setChoice} />
      <Problem error={doing.error} />
      <div className="grid gap-3">
        <div className="grid grid-cols-[1fr_2fr] gap-2.5 max-sm:fixed max-sm:inset-x-0 max-sm:bottom-0 max-sm:z-10 max-sm:border-t max-sm:border-line max-sm:bg-canvas max-sm:px-4 max-sm:pt-3 max-sm:pb-[max(0.75rem,env(safe-area-inset-bottom))]">
          <Button size="lg" busy={doing.busy && pressed === 'deny'} onClick={meant(deny)}>
            {texts.deny}
          </Button>
          <Button
            look="primary"
            size="lg"
            disabled={!ready}
            busy={doing.busy && pressed === 'allow'}
            onClick={meant(allow)}
          >
            {allowText(choice, limit, texts)}
          </Button>
        </div>
        <p className="flex flex-wrap justify-between gap-x-4 gap-y-1 text-xs text-ink-3">
          <span>{texts.revocable}</span>
          <span>
            {fill(texts.signedIn, { name: state.user?.name ?? '' })}{' '}
            <button type="button" onClick={leave} className="underline underline-offset-2 hover:text-ink">
              {texts.notYou}
            </button>
          </span>
        </p>
      </div>
    </Frame>
  )
}

/** What the person ought to know before they go on, where there is something. */
function Warnings({ question, texts }: Pick<Props, 'question' | 'texts'>) {
  const { app, weak, challenge_reused, bounds } = question
  const limit = formatUsd(bounds.limit_usd_max, texts.language_tag)
  return (
    <>
      {app.script === 'other' && <Notice tone="alarm">{fill(texts.script, { host: app.host ?? '' })}</Notice>}
      {weak !== null && (
        <Notice tone="brass" title={texts.weakTitle}>
          {fill(texts.weak, { limit })}
        </Notice>
      )}
      {challenge_reused && <Notice tone="brass">{texts.reused}</Notice>}
    </>
  )
}

function WhatItGets({ texts }: { texts: Texts }) {
  return (
    <div className="grid gap-3 text-sm text-ink-2">
      <Facts
        title={texts.can}
        facts={[texts.canCall, texts.canSee]}
        mark={<path d="m3.500 8.500 3 3 6-7" stroke="var(--hold)" />}
      />
      <Facts
        title={texts.cannot}
        facts={[texts.cannotSee]}
        mark={<path d="m4.500 4.500 7 7m0-7-7 7" stroke="var(--ink-3)" />}
      />
    </div>
  )
}

function Facts({ title, facts, mark }: { title: string; facts: readonly string[]; mark: ReactNode }) {
  return (
    <section className="grid gap-1">
      <h2 className="font-medium text-ink">{title}</h2>
      <ul className="grid gap-1">
        {facts.map((fact) => (
          <li key={fact} className="flex gap-2.5">
            <svg
              viewBox="0 0 16 16"
              className="mt-0.5 size-4 shrink-0"
              aria-hidden="true"
              fill="none"
              strokeWidth="1.8"
              strokeLinecap="round"
              strokeLinejoin="round"
            >
              {mark}
            </svg>
            {fact}
          </li>
        ))}
      </ul>
    </section>
  )
}

/** What the button does, in full: nobody should have to look up what they agree to. */
function allowText({ reset }: Choice, limit: string | undefined, texts: Texts): string {
  const forms = { daily: texts.allowDaily, weekly: texts.allowWeekly, monthly: texts.allowMonthly }
  const form = reset === null ? texts.allowOnce : forms[reset]
  return fill(form, { limit: formatUsd(limit ?? '0', texts.language_tag) })
}
