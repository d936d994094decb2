import type { KeywayError } from '../base/errors.ts'
import type { CallRecord } from './call.ts'
import type { Gateway } from './house.ts'

/** What is known of a call that was refused before it held any money. */
export type RefusedCall = Pick<
  CallRecord,
  'id' | 'requestId' | 'at' | 'keyHash' | 'model' | 'provider' | 'streamed' | 'latencyMs'
>

/** The line of a call that was refused: it leaves no trace in the ledger, but one in the log and the counters. */
export function observeRefusal(call: RefusedCall, error: KeywayError, gateway: Pick<Gateway, 'observe'>): void {
  gateway.observe({
    ...call,
    status: error.status,
    firstEventMs: null,
    retries: 0,
    tokensPrompt: 0,
    tokensCompletion: 0,
    amount: 0n,
    error: error.code,
  })
}
