import { Check } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Pins } from '../brand/pins.tsx'

const STEPS = ['connect.step1', 'connect.step2', 'connect.step3', 'connect.step4'] as const

/** The four steps of connecting, and how many are behind: a pin of the lock for each. */
export function ConnectSteps({ done }: { done: number }) {
  const { t } = useTranslation()
  return (
    <div className="grid gap-4 rounded-lg border border-line bg-sunken p-4 sm:grid-cols-[auto_1fr] sm:items-center sm:gap-5">
      <Pins set={done} className="h-20 w-fit max-sm:hidden" />
      <ol className="grid gap-2 text-sm" aria-label={t('connect.steps')}>
        {STEPS.map((step, i) => (
          <li key={step} className="flex items-start gap-2.5">
            <span
              aria-hidden="true"
              className={`mt-px grid size-4.5 shrink-0 place-items-center rounded-full border text-2xs font-semibold tabular ${i < done ? 'border-brass bg-brass text-brass-ink' : 'border-line-strong text-ink-3'}`}
            >
              {i < done ? <Check className="size-3" strokeWidth={3} /> : i + 1}
            </span>
            <span className={i < done ? 'text-ink' : 'text-ink-2'}>{t(step)}</span>
            {i < done && <span className="sr-only">({t('connect.stepsDone')})</span>}
          </li>
        ))}
      </ol>
    </div>
  )
}
