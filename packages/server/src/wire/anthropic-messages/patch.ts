import { asciiJson, type Member } from '../../base/json-splice.ts'
import { NameTable } from '../../base/name-table.ts'
import type { RequestEdits } from '../codec.ts'
import { type Draft, editRequest, setInside, setMember, textOf } from '../edit-request.ts'
import { count, fieldsOf } from '../json-fields.ts'
import { removeForeign } from '../remove-foreign.ts'
import { readFallbacks } from './fallbacks.ts'
import { REQUEST_NAMES, ROUTING_FIELDS } from './fields.ts'

const ROUTING: ReadonlySet<string> = new Set(ROUTING_FIELDS)
const THINKING_NAMES = new NameTable(['type', 'budget_tokens', 'display'])

/** The shortest thought that can be asked for, in tokens. @see https://platform.claude.com/docs/en/api/messages/create (thinking) */
const THINKING_BUDGET_MIN = 1024

/**
 * The body for the provider: the client's bytes with the edits of a request, and no others, spliced in: `model`; `models`
 * removed, and `fallbacks` where they are OpenRouter's; routing fields removed (see {@link ROUTING_FIELDS}) except
 * towards OpenRouter; fields removed that the provider's row drops; `max_tokens` clamped, and with it a thinking budget
 * that would no longer fit; `provider.max_price`. Without a change the body itself is given back.
 * @param body has passed {@link peek}
 */
export function patch(body: Uint8Array, edits: RequestEdits): Uint8Array {
  return editRequest(body, REQUEST_NAMES, (draft) => {
    setMember(draft, 'model', asciiJson(edits.model))
    if (edits.outputTokensMax !== undefined) limitOutput(draft, edits.outputTokensMax)
    removeForeign(draft, edits, ROUTING)
    const fallbacks = draft.byName.get('fallbacks')
    if (fallbacks !== undefined && readFallbacks(parseMember(draft, fallbacks)) !== undefined)
      draft.changes.set(fallbacks, { remove: true })
  })
}

/** A budget of thought must be less than the whole limit; where even the shortest is not, the provider says so. */
function limitOutput(draft: Draft, clamp: number): void {
  const { bytes, byName, changes, added } = draft
  const limit = byName.get('max_tokens')
  if (limit === undefined) {
    added.push(`"max_tokens":${clamp}`)
  } else {
    const raw = textOf(bytes, limit)
    if (raw !== 'null' && Number(raw) <= clamp) return
    changes.set(limit, { value: String(clamp) })
  }
  const thinking = byName.get('thinking')
  if (thinking === undefined || clamp <= THINKING_BUDGET_MIN) return
  const budget = count(fieldsOf(textOf(bytes, thinking), THINKING_NAMES), 'budget_tokens')
  if (budget === undefined || budget < clamp) return
  setInside(draft, thinking, { names: THINKING_NAMES, setters: { budget_tokens: () => String(clamp - 1) } })
}

function parseMember({ bytes }: Draft, { valueStart, valueEnd }: Member): unknown {
  return JSON.parse(bytes.toString('utf8', valueStart, valueEnd))
}
