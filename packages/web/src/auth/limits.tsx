import type { AuthQuestion, CapReset } from '@keyway/contract'
import type { ReactNode } from 'react'
import { formatUsd } from '../format/money.ts'
import { classNames } from '../ui/class-names.ts'
import { SelectField, SwitchField, TextField } from '../ui/field.tsx'
import { amountOf, amountsOffered, type Choice, daysFixedBy, daysOffered, resetFixedBy } from './choice.ts'
import { ModelChoice } from './model-choice.tsx'
import { fill, type Texts } from './texts.ts'

type Props = {
  question: AuthQuestion
  texts: Texts
  choice: Choice
  onChange: (choice: Choice) => void
}

/** The person's own limits: how much, how often, how long, which models, and whether with their name. */
export function Limits({ question, texts, choice, onChange }: Props) {
  const { bounds } = question
  const change = (part: Partial<Choice>) => onChange({ ...choice, ...part })
  const max = formatUsd(bounds.limit_usd_max, texts.language_tag)
  const hint = question.asked.limit_usd === bounds.limit_usd_max ? texts.spendAsked : texts.spendHint
  const resetFixed = resetFixedBy(question)
  const wrong = amountOf(choice.limit, bounds.limit_usd_max) === undefined
  return (
    <fieldset className="grid gap-4 rounded-xl border border-line bg-surface p-4 shadow-low sm:p-5">
      <legend className="sr-only">{texts.limits}</legend>
      <div className="relative grid">
        <TextField
          label={texts.spend}
          inputMode="decimal"
          autoComplete="off"
          value={choice.limit}
          onChange={(event) => change({ limit: event.target.value })}
          hint={fill(hint, { max })}
          error={wrong ? fill(texts.spendWrong, { max }) : undefined}
          className="tabular pr-48"
          required
        />
        <div className="absolute top-[1.625rem] right-1 flex h-9 items-center gap-1 pointer-coarse:h-11">
          {amountsOffered(question).map(
            (amount, _, { length }) =>
              length > 1 && (
                <Quick key={amount} on={amount === choice.limit} onPress={() => change({ limit: amount })}>
                  {amountText(amount, texts)}
                </Quick>
              ),
          )}
        </div>
      </div>
      <div className="grid items-start gap-4 sm:grid-cols-2">
        <SelectField
          label={texts.again}
          value={choice.reset ?? ''}
          disabled={resetFixed !== undefined}
          hint={resetFixed && (resetFixed === 'weak' ? texts.fixedWeak : texts.againAsked)}
          onChange={(event) =>
            change({ reset: bounds.resets.find((one) => (one ?? '') === event.target.value) ?? null })
          }
        >
          {bounds.resets.map((reset) => (
            <option key={reset} value={reset ?? ''}>
              {resetText(reset, texts)}
            </option>
          ))}
        </SelectField>
        <Days question={question} texts={texts} days={choice.days} onChoose={(days) => change({ days })} />
      </div>
      <details className="group grid border-t border-line pt-3.5">
        <summary className="flex list-none items-center justify-between gap-3 text-sm text-ink-2 hover:text-ink [&::-webkit-details-marker]:hidden">
          <span>{summaryOf(choice, texts)}</span>
          <span className="font-medium text-brass-text group-open:hidden">{texts.change}</span>
        </summary>
        <div className="grid gap-4 pt-4">
          <ModelChoice texts={texts} models={choice.models} onChange={(models) => change({ models })} />
          <SwitchField
            label={texts.identity}
            hint={texts.identityHint}
            checked={choice.identity}
            onChange={(event) => change({ identity: event.target.checked })}
          />
        </div>
      </details>
    </fieldset>
  )
}

function Days({
  question,
  texts,
  days,
  onChoose,
}: Pick<Props, 'question' | 'texts'> & { days: number; onChoose: (days: number) => void }) {
  const now = Date.now()
  const offered = daysOffered(question, now)
  const fixed = daysFixedBy(question, now)
  const moment = new Intl.DateTimeFormat(texts.language_tag, { dateStyle: 'medium', timeStyle: 'short' }).format(
    new Date(question.bounds.expires_at_max),
  )
  const why = { weak: texts.fixedWeak, asked: fill(texts.untilAsked, { moment }), operator: texts.untilOperator }
  const named: Record<number, string> = {
    1: texts.days1,
    7: texts.days7,
    30: texts.days30,
    90: texts.days90,
    365: texts.days365,
  }
  return (
    <SelectField
      label={texts.until}
      value={days}
      disabled={fixed !== undefined}
      hint={fixed && why[fixed]}
      onChange={(event) => onChoose(Number(event.target.value))}
    >
      {offered.map((one) => (
        <option key={one} value={one}>
          {named[one] ?? fill(texts.daysOther, { days: one })}
        </option>
      ))}
    </SelectField>
  )
}

/** One of a few amounts to press on. */
function Quick({ on, onPress, children }: { on: boolean; onPress: () => void; children: ReactNode }) {
  return (
    <button
      type="button"
      aria-pressed={on}
      onClick={onPress}
      className={classNames(
        'tabular h-7 rounded-sm border px-2 text-sm transition-colors duration-100 pointer-coarse:h-9 pointer-coarse:px-2.5',
        on
          ? 'border-brass-line bg-brass-wash text-brass-text'
          : 'border-transparent text-ink-2 hover:bg-hover hover:text-ink',
      )}
    >
      {children}
    </button>
  )
}

/** What the folded part says: 'All models, without my name'. */
function summaryOf({ models, identity }: Choice, texts: Texts): string {
  const which = models === null ? texts.allModels : fill(texts.someModels, { count: models.length })
  return `${which} \u00b7 ${identity ? texts.withName : texts.withoutName}`
}

/** '$5' where a whole amount needs no cents. */
function amountText(amount: string, texts: Texts): string {
  return formatUsd(amount, texts.language_tag).replace(/([.,])00(?!\d)/, '')
}

function resetText(reset: CapReset, texts: Texts): string {
  return reset === null ? texts.never : texts[reset]
}
