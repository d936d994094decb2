import { parseDecimal } from '../base/money.ts'
import { NameTable } from '../base/name-table.ts'
import { decimal, type Fields, fieldsOf, find } from './json-fields.ts'

const NAMES = new NameTable(['total_cost'])

/** Decimal places of a reported cost, when two are added. */
const COST_SCALE = 18

/**
 * OpenRouter's `cost`, to which it adds nothing for a call on the caller's own key there: that part is beside it, and
 * counts. Perplexity's `cost` is an object with a `total_cost`.
 * @see https://openrouter.ai/docs/use-cases/usage-accounting (read 2026-11-21)
 * @see https://docs.perplexity.ai/api-reference/chat-completions-post (usage.cost; read 2026-11-21)
 */
export function reportedCost({ all: fields, cost: costDetails }: { all: Fields; cost: Fields }): string | undefined {
  const cost = decimal(find(fields, 'cost')) ?? decimal(find(fieldsOf(find(fields, 'cost'), NAMES), 'total_cost'))
  if (cost === undefined || find(fields, 'is_byok') !== 'true') return cost
  const beside = decimal(find(costDetails, 'upstream_inference_cost'))
  return beside === undefined ? cost : addDecimals(cost, beside)
}

function addDecimals(a: string, b: string): string {
  const sum = parseDecimal(a, COST_SCALE, 'ceil') + parseDecimal(b, COST_SCALE, 'ceil')
  const digits = (sum < 0n ? -sum : sum).toString().padStart(COST_SCALE + 1, '0')
  const fraction = digits.slice(-COST_SCALE).replace(/0+$/, '')
  return `${sum < 0n ? '-' : ''}${digits.slice(0, -COST_SCALE)}${fraction === '' ? '' : `.${fraction}`}`
}
