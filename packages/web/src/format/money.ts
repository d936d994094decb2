import type { Usd } from '@keyway/contract'

const isDecimal = (text: string): text is `${number}` => /^-?\d+(?:\.\d+)?$/.test(text)

/**
 * Dollars as the reader writes them, exact to the nano-dollar: '0.0042' -> '$0.0042', '12' -> '$12.00'. The text goes to the
 * formatter as it is: it never becomes a float.
 */
export function formatUsd(amount: Usd, language: string): string {
  if (!isDecimal(amount)) return amount
  return new Intl.NumberFormat(language, {
    style: 'currency',
    currency: 'USD',
    currencyDisplay: 'narrowSymbol',
    maximumFractionDigits: 9,
  }).format(amount)
}

/**
 * Dollars as precise as a glance needs: '18.4127' -> '$18.41', '0.00421' -> '$0.0042', and of less than a
 * hundredth of a cent its first two digits, as it is not nothing. Where the exact amount matters, {@link formatUsd} stands
 * beside it.
 */
export function formatUsdShort(amount: Usd, language: string): string {
  if (!isDecimal(amount)) return amount
  return new Intl.NumberFormat(language, {
    style: 'currency',
    currency: 'USD',
    currencyDisplay: 'narrowSymbol',
    ...digitsOf(Math.abs(Number(amount))),
  }).format(amount)
}

function digitsOf(size: number): Intl.NumberFormatOptions {
  if (size > 0 && size < 0.0001) return { maximumSignificantDigits: 2 }
  return { minimumFractionDigits: 2, maximumFractionDigits: size < 1 ? 4 : 2 }
}

/** How much of a cap is used, 0 to 1. For the width of a bar only. */
export function usedShare(limit: Usd, remaining: Usd): number {
  const whole = Number(limit)
  return whole === 0 ? 1 : Math.min(1, Math.max(0, 1 - Number(remaining) / whole))
}
