/** 1.5 -> '$1.50'; 0.0000125 -> '$0.0000125'. Small amounts keep their digits: a call costs fractions of a cent. */
export function dollars(amount: number): string {
  if (amount !== 0 && Math.abs(amount) < 0.01) return `$${amount.toFixed(9).replace(/0+$/, '')}`
  return `$${amount.toFixed(2)}`
}

/** '2027-01-01T00:00:00.000Z' -> '2027-01-01 00:00 UTC' */
export function moment(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`
}

/** 1234567 -> '1,234,567' */
export function count(value: number): string {
  return value.toLocaleString('en-US')
}
