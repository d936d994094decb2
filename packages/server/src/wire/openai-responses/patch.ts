import { asciiJson } from '../../base/json-splice.ts'
import { boundPrice } from '../bound-price.ts'
import type { RequestEdits } from '../codec.ts'
import { type Draft, editRequest, textOf } from '../edit-request.ts'
import { OUR_FIELDS, REQUEST_NAMES, ROUTING_FIELDS } from './fields.ts'

const OURS: ReadonlySet<string> = new Set(OUR_FIELDS)
const ROUTING: ReadonlySet<string> = new Set(ROUTING_FIELDS)

/**
 * The body for the provider: the client's bytes with the edits of a request, and no others, spliced in:
 * `model`; `store` false, since OpenAI and xAI keep what does not say so; routing fields removed (see
 * {@link ROUTING_FIELDS}) except towards OpenRouter, `models` towards everybody; fields removed that the provider's row
 * drops; `max_output_tokens` clamped; `provider.max_price`.
 * @param body has passed {@link peek}
 */
export function patch(body: Uint8Array, edits: RequestEdits): Uint8Array {
  return editRequest(body, REQUEST_NAMES, (draft) => {
    set(draft, 'model', asciiJson(edits.model))
    set(draft, 'store', 'false')
    limitOutput(draft, edits.outputTokensMax)
    const { keepsRoutingFields, drop } = edits.dialect
    if (keepsRoutingFields) boundPrice(draft, edits)
    for (const member of draft.members) {
      const foreign = ROUTING.has(member.name) && !keepsRoutingFields
      if (foreign || OURS.has(member.name) || drop.includes(member.name)) draft.changes.set(member, { remove: true })
    }
  })
}

/** No more output than the cap affords. */
function limitOutput(draft: Draft, clamp: number | undefined): void {
  if (clamp === undefined) return
  const given = draft.byName.get('max_output_tokens')
  const raw = given === undefined ? 'null' : textOf(draft.bytes, given)
  if (raw === 'null' || Number(raw) > clamp) set(draft, 'max_output_tokens', String(clamp))
}

function set({ bytes, byName, changes, added }: Draft, name: string, value: string): void {
  const member = byName.get(name)
  if (member === undefined) added.push(`"${name}":${value}`)
  else if (textOf(bytes, member) !== value) changes.set(member, { value })
}
