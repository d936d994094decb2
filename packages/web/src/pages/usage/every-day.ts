import type { UsageGroup, UsageSummary } from '@keyway/contract'

const DAY_MS = 86_400_000

/** Every day of the period, those without a call as well, oldest first. */
export function everyDay({ from, to, by_day }: Pick<UsageSummary, 'from' | 'to' | 'by_day'>): UsageGroup[] {
  const known = new Map(by_day.map((day) => [day.group, day]))
  const days: UsageGroup[] = []
  for (let at = Date.parse(from); at < Date.parse(to); at += DAY_MS) {
    const group = new Date(at).toISOString().slice(0, 10)
    days.push(known.get(group) ?? { group, calls: 0, tokens_prompt: 0, tokens_completion: 0, cost_usd: '0' })
  }
  return days
}

/** A round amount that is at least as much: the top of the scale. For a picture only. US dollars. */
export function niceTop(highest: number): number {
  if (highest <= 0) return 1
  const step = 10 ** Math.floor(Math.log10(highest))
  const factor = [1, 2, 3, 4, 5, 6, 8, 10].find((one) => one * step >= highest) ?? 10
  return factor * step
}
