import { KeywayError } from '../base/errors.ts'
import type { GenerationDraft } from '../store/records.ts'
import { admit } from './admit.ts'
import { answerJson, answerStream } from './answer.ts'
import type { Call, Reply } from './call.ts'
import { sinceStart } from './close.ts'
import { draftOf } from './draft.ts'
import type { Gateway } from './house.ts'
import { takePlace } from './place.ts'
import { planCall } from './plan-call.ts'
import { prepare } from './prepare.ts'
import { observeRefusal } from './refused.ts'
import type { Story } from './story.ts'

/**
 * The story of one call. Each step takes the value of the step before; none calls back up.
 *
 * The caller is verified and the body bounded already. Once the hold is made, the call ends in exactly one settlement,
 * whatever happens: `answer` sees to it.
 * @throws KeywayError, when nothing has been sent to the client
 */
export async function relay(call: Call, gateway: Gateway): Promise<Reply> {
  const story = await compose(call, gateway)
  return story.peek.stream ? answerStream(story, gateway) : answerJson(story, gateway)
}

/** All that is decided before anything is sent. Ends with the hold; what is refused on the way leaves a line in the log. */
async function compose(call: Call, gateway: Gateway): Promise<Story> {
  let draft: GenerationDraft | undefined
  try {
    takePlace(call, gateway)
    const peek = call.codec.peek(call.body)
    const plan = await planCall(peek, call, gateway)
    draft = await draftOf(call, { peek, plan }, gateway)
    const admission = await admit(call, { peek, attempts: plan.attempts, draft }, gateway)
    const outgoing = prepare(call, { peek, plan, admission }, gateway)
    return { call, peek, plan, draft, admission, outgoing }
  } catch (cause) {
    gateway.live.remove(call.id)
    const error =
      cause instanceof KeywayError
        ? cause
        : new KeywayError('internal', 'Something went wrong in Keyway itself.', { cause })
    const { id, at, caller, attribution } = call
    const known = { model: draft?.model ?? '', provider: draft?.provider ?? '', streamed: draft?.streamed ?? false }
    const refused = { id, at, requestId: attribution.requestId, keyHash: caller.key.hash, ...known }
    observeRefusal({ ...refused, latencyMs: sinceStart(call, gateway) }, error, gateway)
    throw error
  }
}
