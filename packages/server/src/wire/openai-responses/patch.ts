import { asciiJson } from '../../base/json-splice.ts'
import type { RequestEdits } from '../codec.ts'
import { type Draft, editRequest, setMember, textOf } from '../edit-request.ts'
import { removeForeign } from '../remove-foreign.ts'
import { REQUEST_NAMES, ROUTING_FIELDS } from './fields.ts'

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
    setMember(draft, 'model', asciiJson(edits.model))
    setMember(draft, 'store', 'false')
    limitOutput(draft, edits.outputTokensMax)
    removeForeign(draft, edits, ROUTING)
  })
}

/** No more output than the cap affords. */
function limitOutput(draft: Draft, clamp: number | undefined): void {
  if (clamp === undefined) return
  const given = draft.byName.get('max_output_tokens')
  const raw = given === undefined ? 'null' : textOf(draft.bytes, given)
  if (raw === 'null' || Number(raw) > clamp) setMember(draft, 'max_output_tokens', String(clamp))
}
