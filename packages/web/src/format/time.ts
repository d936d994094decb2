import type { Moment } from '@keyway/contract'

const UNITS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 365 * 86_400],
  ['month', 30 * 86_400],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
]

/** Of what is ahead, a minute that has begun counts whole: what was set to 90 days a moment ago is in three months. Seconds. */
const BEGUN = 59

/** How long ago, or in how long: '3 hours ago', 'in 12 days', 'now'. */
export function formatDistance(moment: Moment, language: string): string {
  const exact = (Date.parse(moment) - Date.now()) / 1000
  const seconds = exact > 0 ? exact + BEGUN : exact
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto' })
  for (const [unit, length] of UNITS) {
    if (Math.abs(seconds) >= length) return format.format(Math.trunc(seconds / length), unit)
  }
  return format.format(0, 'second')
}

/** A day: 'Nov 21, 2026'. */
export function formatDay(moment: Moment, language: string): string {
  return new Intl.DateTimeFormat(language, { dateStyle: 'medium' }).format(new Date(moment))
}

/** The full moment, for whoever hovers. */
export function formatMoment(moment: Moment, language: string): string {
  return new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(moment))
}
