import type { AnswerFigures as Figures } from '@keyway/contract'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { formatUsd, formatUsdShort } from '../../format/money.ts'
import { formatTokens } from '../../format/tokens.ts'
import { HoverCard } from '../../ui/hover-card.tsx'
import { tokensPerSecond } from './speed.ts'

const SECOND_MS = 1_000

/** What an answer took, in one quiet line; all of it when one points at it or comes to it, and to stay on pressing. */
export function AnswerFigures({ figures }: { figures: Figures }) {
  const { t, i18n } = useTranslation()
  const language = i18n.language
  const count = (value: number) => new Intl.NumberFormat(language).format(value)
  const many = (value: number) => ({ count: value, number: count(value) })
  const time = (ms: number) =>
    ms < SECOND_MS
      ? t('chat.milliseconds', { ms: count(ms) })
      : t('chat.seconds', {
          seconds: new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(ms / SECOND_MS),
        })
  const [open, setOpen] = useState(false)
  const line = useRef<HTMLElement>(null)
  const speed = tokensPerSecond(figures)
  const cost = figures.served_by === 'house' ? t('chat.paidByHouse') : formatUsdShort(figures.cost_usd, language)
  const short = [
    figures.estimated ? `≈ ${cost}` : cost,
    `${formatTokens(figures.tokens_prompt, language)} → ${formatTokens(figures.tokens_completion, language)}`,
    ...(figures.first_token_ms === null ? [] : [time(figures.first_token_ms)]),
    ...(speed === undefined ? [] : [t('chat.speed', { speed: count(speed) })]),
    figures.provider,
  ]
  const { input, cached, output } = figures.usd_per_million ?? {}
  const priceOf = (name: 'in' | 'cached' | 'out', price: string | undefined) =>
    price === undefined ? [] : [t(`chat.priced.${name}`, { price: formatUsd(price, language) })]
  const prices = [...priceOf('in', input), ...priceOf('cached', cached), ...priceOf('out', output)]
  const facts: [string, string][] = [
    [
      t('chat.cost'),
      `${formatUsd(figures.cost_usd, language)} (${t(figures.estimated ? 'chat.estimated' : 'chat.exact')})`,
    ],
    [t('chat.servedBy'), t(`chat.served.${figures.served_by}`, { provider: figures.provider })],
    [
      t('chat.tokensIn'),
      count(figures.tokens_prompt) +
        (figures.tokens_cached > 0 ? ` (${t('chat.cached', many(figures.tokens_cached))})` : ''),
    ],
    [
      t('chat.tokensOut'),
      count(figures.tokens_completion) +
        (figures.tokens_reasoning > 0 ? ` (${t('chat.ofThem', many(figures.tokens_reasoning))})` : ''),
    ],
    ...(prices.length === 0 ? [] : [[t('chat.price'), prices.join(' · ')] as [string, string]]),
    ...(figures.first_token_ms === null
      ? []
      : [[t('chat.firstToken'), time(figures.first_token_ms)] as [string, string]]),
    [t('chat.total'), time(figures.total_ms)],
    ...(figures.finish_reason === null ? [] : [[t('chat.finish'), figures.finish_reason] as [string, string]]),
    [t('chat.generation'), figures.generation_id],
  ]
  const all = (
    <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-0.5 px-3 py-2.5">
      {facts.map(([name, value]) => (
        <div key={name} className="col-span-2 grid grid-cols-subgrid">
          <dt>{name}</dt>
          <dd className="tabular wrap-anywhere text-ink-2">{value}</dd>
        </div>
      ))}
    </dl>
  )
  return (
    <>
      <details
        className="min-w-0 text-xs text-ink-3"
        open={open}
        onToggle={({ currentTarget }) => setOpen(currentTarget.open)}
      >
        <summary
          ref={line}
          className="tabular rounded-sm list-none wrap-anywhere hover:text-ink-2 [&::-webkit-details-marker]:hidden"
        >
          <span className="sr-only">{t('chat.figures')}: </span>
          {short.join(' · ')}
        </summary>
        <div className="mt-2 rounded-lg border border-line bg-surface">{all}</div>
      </details>
      {!open && <HoverCard anchor={line}>{all}</HoverCard>}
    </>
  )
}
