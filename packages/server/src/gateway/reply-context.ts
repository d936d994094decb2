import type { Attempt } from '../router/attempt.ts'
import type { ReplyContext, UsageReading } from '../wire/codec.ts'
import type { Call } from './call.ts'
import { dialectOf } from './door.ts'
import { type Asked, withMedia } from './estimate.ts'
import type { Held, Priced } from './price.ts'
import { priceReading } from './price.ts'

/** A reply's context that remembers the price it gave, so that the client and the ledger are told one figure. */
export type PricingContext = ReplyContext & {
  readonly priced: Priced | undefined
  readonly reading: UsageReading | undefined
}

/** What the price and the estimate of a reply go by. */
export type PricingFacts = { held: Held; choices: number; contextAsked: number; asked: Asked; eventBytesMax: number }

export function pricingContext(
  call: Pick<Call, 'id' | 'codec'>,
  attempt: Attempt,
  facts: PricingFacts,
): PricingContext {
  let priced: Priced | undefined
  let reading: UsageReading | undefined
  return {
    id: call.id,
    model: attempt.model.id,
    provider: attempt.provider.name,
    dialect: dialectOf(attempt, call.codec.id),
    requestBytes: facts.asked.textBytes,
    eventBytesMax: facts.eventBytesMax,
    price(used) {
      reading = used.basis === 'estimated' && used.promptTold !== true ? withMedia(used, facts.asked, attempt) : used
      priced = priceReading(reading, attempt, facts)
      return priced.wire
    },
    get priced() {
      return priced
    },
    get reading() {
      return reading
    },
  }
}
