import { formatUsd, type Nano, parseDecimal } from '../base/money.ts'
import type { Charge, ChargeLine } from './charge.ts'

/** How a provider bills: by the cost it reports, or by its price list. */
export type Billing = 'computed' | 'reported'

/** The outcome of pricing a call's usage. */
export type PricedUsage = {
  /** What the key pays. */
  amount: Nano
  /** The other figure (ours where the provider's is the charge, and the reverse), where there is one and it differs. */
  check: Nano | null
  lines: ChargeLine[]
  /** For the wire: decimal texts that are JSON numbers. The two parts add up to `cost` exactly. */
  wire: { cost: string; promptCost: string; completionCost: string }
  /**
   * Why `amount` is not to be trusted, for the operator to see. 'price missing': it is only the sum of the lines that
   * have a price, so the caller charges the hold. 'cost missing', 'cost invalid': the provider bills by a cost that it
   * did not report, so ours was taken.
   */
  problem: 'price missing' | 'cost missing' | 'cost invalid' | undefined
}

/** Nano-dollars. No call costs a million dollars: a reported cost beyond it is no cost. */
const REPORTED_COST_MAX: Nano = 1_000_000n * 1_000_000_000n

/**
 * Decides what is charged and shapes it for the wire, without a float anywhere.
 *
 *     priceUsage({ charge, reportedCost: '0.00014', billing: 'reported' })
 *     // { amount: 140000n, check: 139500n, wire: { cost: '0.00014', promptCost: '0.0001', completionCost: '0.00004' }, ... }
 *
 * @param of.reportedCost the provider's own figure in USD as its decimal text
 */
export function priceUsage(of: { charge: Charge; reportedCost: string | undefined; billing: Billing }): PricedUsage {
  const ours = of.charge.kind === 'charged' ? of.charge.amount : undefined
  const reported = of.reportedCost === undefined ? undefined : parseReported(of.reportedCost)
  const preferred = of.billing === 'reported' ? reported : ours
  const other = of.billing === 'reported' ? ours : reported
  const amount = preferred ?? of.charge.amount
  const { lines } = of.charge
  return {
    amount,
    check: other === undefined || preferred === undefined || other === amount ? null : other,
    lines,
    wire: wireCosts(amount, lines),
    problem: problemOf(of.billing, { ours, reported, text: of.reportedCost }),
  }
}

function problemOf(
  billing: Billing,
  of: { ours: Nano | undefined; reported: Nano | undefined; text: string | undefined },
): PricedUsage['problem'] {
  if (billing === 'reported' && of.reported !== undefined) return undefined
  if (of.ours === undefined) return 'price missing'
  if (billing === 'computed') return undefined
  return of.text === undefined ? 'cost missing' : 'cost invalid'
}

/** A reported cost, rounded up to a nano-dollar; undefined when it is no cost (negative, no number, absurd). */
function parseReported(text: string): Nano | undefined {
  let amount: Nano
  try {
    amount = parseDecimal(text, 9, 'ceil')
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
  return amount < 0n || amount > REPORTED_COST_MAX ? undefined : amount
}

function wireCosts(amount: Nano, lines: readonly ChargeLine[]): PricedUsage['wire'] {
  let input = 0n
  for (const line of lines) {
    if (line.item.startsWith('input')) input += line.amount
  }
  // A reported cost may be less than our prices make of the input alone; the parts still add up.
  const prompt = input < amount ? input : amount
  return { cost: jsonUsd(amount), promptCost: jsonUsd(prompt), completionCost: jsonUsd(amount - prompt) }
}

/** 5_000_000_000n -> '5'; 150_000n -> '0.00015': the shortest plain decimal. */
function jsonUsd(amount: Nano): string {
  return formatUsd(amount).replace(/\.?0+$/, '')
}
