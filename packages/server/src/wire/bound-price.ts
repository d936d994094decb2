import type { Member } from '../base/json-splice.ts'
import { parseDecimal } from '../base/money.ts'
import { NameTable } from '../base/name-table.ts'
import type { RequestEdits } from './codec.ts'
import { type Draft, setInside, textOf } from './edit-request.ts'

const NAMES = new NameTable(['max_price', 'prompt', 'completion', 'request'])
/** Decimal places at which two prices are compared; OpenRouter's have at most 12. */
const PRICE_SCALE = 30

/** Sets `provider.max_price`, each of its prices to the lower of ours and the client's own. */
export function boundPrice({ bytes, byName, changes, added }: Draft, edits: Pick<RequestEdits, 'maxPrice'>): void {
  const ours = edits.maxPrice
  if (ours === undefined) return
  const whole = `{"prompt":${ours.prompt},"completion":${ours.completion},"request":${ours.request}}`
  const routing = byName.get('provider')
  if (routing === undefined) {
    added.push(`"provider":{"max_price":${whole}}`)
  } else if (textOf(bytes, routing) === 'null') {
    changes.set(routing, { value: `{"max_price":${whole}}` })
  } else {
    const maxPrice = (current: string, member: Member | undefined) => {
      if (member === undefined || !current.startsWith('{')) return whole
      const nested: Draft['changes'] = new Map()
      const setters = {
        prompt: (price: string) => lowerPrice(price, ours.prompt),
        completion: (price: string) => lowerPrice(price, ours.completion),
        request: (price: string) => lowerPrice(price, ours.request),
      }
      setInside({ bytes, changes: nested }, member, { names: NAMES, setters })
      return nested.get(member) ?? current
    }
    setInside({ bytes, changes }, routing, { names: NAMES, setters: { max_price: maxPrice } })
  }
}

/** The lower of two prices, the first as the client wrote it (a number or a string, or '' for none). */
function lowerPrice(current: string, ours: string): string {
  const plain = current.replace(/^"(.*)"$/s, '$1')
  try {
    const theirs = parseDecimal(plain, PRICE_SCALE, 'ceil')
    return theirs >= 0n && theirs <= parseDecimal(ours, PRICE_SCALE, 'ceil') ? current : ours
  } catch (error) {
    // No decimal number, so no bound: ours stands.
    if (error instanceof RangeError) return ours
    throw error
  }
}
