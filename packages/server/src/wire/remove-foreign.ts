import { boundPrice } from './bound-price.ts'
import type { RequestEdits } from './codec.ts'
import type { Draft } from './edit-request.ts'
import { OUR_FIELDS } from './routing-fields.ts'

const OURS: ReadonlySet<string> = new Set(OUR_FIELDS)

/**
 * Removes what the provider does not know or must not read: our own fields, routing fields except towards OpenRouter (which
 * is told the price instead that the hold was made for), and what its row drops. Overrides every other change.
 * @param routing the format's routing fields
 */
export function removeForeign(
  draft: Draft,
  { dialect, maxPrice }: Pick<RequestEdits, 'dialect' | 'maxPrice'>,
  routing: ReadonlySet<string>,
): void {
  if (dialect.keepsRoutingFields) boundPrice(draft, { maxPrice })
  for (const member of draft.members) {
    const { name } = member
    const foreign = routing.has(name) && !dialect.keepsRoutingFields
    if (foreign || OURS.has(name) || dialect.drop.includes(name)) draft.changes.set(member, { remove: true })
  }
}
