import type { Call } from './command.ts'
import { UsageError } from './usage-error.ts'

/** The value of an option that takes a whole number from 0 to 999,999. @throws UsageError */
export function wholeNumber(call: Call, option: string): number | undefined {
  const text = call.text(option)
  if (text === undefined) return undefined
  if (!/^\d{1,6}$/.test(text)) throw new UsageError(`--${option} takes a whole number.`)
  return Number(text)
}
