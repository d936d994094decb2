import type { Plan } from '../router/attempt.ts'
import type { GenerationDraft } from '../store/records.ts'
import type { Peek } from '../wire/codec.ts'
import type { Admission } from './admit.ts'
import type { Call } from './call.ts'
import type { Outgoing } from './send.ts'

/** A call that holds money, with all that was decided about it. */
export type Story = {
  call: Call
  peek: Peek
  plan: Plan
  draft: GenerationDraft
  admission: Admission
  outgoing: Outgoing
}
