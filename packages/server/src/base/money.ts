/** US dollars as an integer count of nano-dollars (1e-9 USD). Stored as a signed 64-bit integer: at most about $9.2 billion. */
export type Nano = bigint

/**
 * A price: integer nano-dollars per million units (tokens, images, calls). $0.0375 per million tokens is 37_500_000n,
 * though one token of it is 37.5 nano-dollars: only the product is rounded.
 */
export type NanoPerMillion = bigint

const MILLION = 1_000_000n
/** Nano-dollars in one dollar. */
export const NANO_PER_USD = 1_000_000_000n

/**
 * Parses a decimal number of the given scale exactly, never through a float. '0.0000025', scale 15 -> 2_500_000_000n.
 * Takes plain decimals and exponents ('2.5e-6'), as JSON and price lists write them.
 * Digits beyond the scale are refused unless `excess` says to round them up.
 * @throws RangeError when it is no finite decimal, or has more digits than the scale holds
 */
export function parseDecimal(text: string, scale: number, excess: 'refuse' | 'ceil' = 'refuse'): bigint {
  const match = /^([+-]?)(\d{0,40})(?:\.(\d{0,60}))?(?:[eE]([+-]?\d{1,3}))?$/.exec(text.trim())
  const whole = match?.[2] ?? ''
  const fraction = match?.[3] ?? ''
  if (!match || whole.length + fraction.length === 0) throw new RangeError(`not a decimal number: ${text.slice(0, 60)}`)
  const shift = scale + Number(match[4] ?? '0') - fraction.length
  const digits = BigInt(whole + fraction)
  let value: bigint
  if (shift >= 0) {
    value = digits * 10n ** BigInt(shift)
  } else {
    const divisor = 10n ** BigInt(-shift)
    const remainder = digits % divisor
    if (remainder !== 0n && excess === 'refuse')
      throw new RangeError(`more than ${scale} decimal places: ${text.slice(0, 60)}`)
    value = digits / divisor + (remainder === 0n ? 0n : 1n)
  }
  return match[1] === '-' ? -value : value
}

/** '5.00' -> 5_000_000_000n. @throws RangeError as {@link parseDecimal} */
export function parseUsd(text: string): Nano {
  return parseDecimal(text, 9)
}

/**
 * A price for one unit in USD, as OpenRouter's `/models` and most price lists write it, as nano-dollars per million
 * units. '0.0000025' (dollars per token) -> 2_500_000_000n.
 */
export function parseUsdPerUnit(text: string): NanoPerMillion {
  return parseDecimal(text, 15, 'ceil')
}

/** A price for a million units in USD. '2.50' -> 2_500_000_000n. */
export function parseUsdPerMillion(text: string): NanoPerMillion {
  return parseDecimal(text, 9, 'ceil')
}

/** The cost of `quantity` units (a non-negative integer), rounded up once to a whole nano-dollar. */
export function cost(quantity: bigint, price: NanoPerMillion): Nano {
  return (quantity * price + MILLION - 1n) / MILLION
}

/** 1_234_500_000n -> '1.2345'; 5_000_000_000n -> '5.00'. Exact: no digit is dropped. */
export function formatUsd(amount: Nano): string {
  const digits = (amount < 0n ? -amount : amount).toString().padStart(10, '0')
  const fraction = digits.slice(-9).replace(/0+$/, '').padEnd(2, '0')
  return `${amount < 0n ? '-' : ''}${digits.slice(0, -9)}.${fraction}`
}

/** As short as it can be said exactly, as the web app has it. 1_234_500_000n -> '1.2345'; 5_000_000_000n -> '5'; 0n -> '0' */
export function shortUsd(amount: Nano): string {
  return formatUsd(amount).replace(/\.?0+$/, '')
}

/** A price per unit in USD as the decimal string of the wire. 2_500_000_000n -> '0.0000025'; 0n -> '0'. */
export function formatUsdPerUnit(price: NanoPerMillion): string {
  const digits = price.toString().padStart(16, '0')
  const fraction = digits.slice(-15).replace(/0+$/, '')
  return fraction === '' ? digits.slice(0, -15) : `${digits.slice(0, -15)}.${fraction}`
}

/** The float that the wire wants. The only place where money becomes one; never read back. */
export function toUsdNumber(amount: Nano): number {
  return Number(formatUsd(amount))
}
