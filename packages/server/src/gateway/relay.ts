import { KeywayError } from '../base/errors.ts'
import { admit } from './admit.ts'
import { answerJson, answerStream } from './answer.ts'
import type { Call, Reply } from './call.ts'
import { draftOf } from './draft.ts'
import type { Gateway } from './house.ts'
import { planCall } from './plan-call.ts'
import { prepare } from './prepare.ts'

/**
 * The story of one call. Each step takes the value of the step before; none calls back up.
 *
 * The caller is verified and the body bounded already. Once the hold is made, the call ends in exactly one settlement,
 * whatever happens: `answer` sees to it.
 * @throws KeywayError, when nothing has been sent to the client
 */
export async function relay(call: Call, gateway: Gateway): Promise<Reply> {
  checkRoom(call, gateway)
  const peek = gateway.codec.peek(call.body)
  const plan = await planCall(peek, call, gateway)
  const draft = await draftOf(call, { peek, plan }, gateway)
  const admission = await admit(call, { peek, attempts: plan.attempts, draft }, gateway)
  const outgoing = prepare(call, { peek, plan, admission }, gateway)
  const story = { call, peek, plan, draft, admission, outgoing }
  return peek.stream ? answerStream(story, gateway) : answerJson(story, gateway)
}

/** More calls than the process may hold are refused before anything is done for them. */
function checkRoom(call: Call, gateway: Gateway): void {
  const { live, limits } = gateway
  if (live.size >= limits.calls || live.ofKey(call.caller.key.hash) >= limits.callsPerKey) {
    throw new KeywayError('overloaded', 'Keyway has as many calls in progress as it may hold.', { retryAfterMs: 1_000 })
  }
}
