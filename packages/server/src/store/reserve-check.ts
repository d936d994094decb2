import { KeywayError } from '../base/errors.ts'
import type { HoldRequest } from './records.ts'

/** @throws KeywayError invalid_request when amounts are negative, or the scopes are not those of the hold's key */
export function checkHold(hold: HoldRequest, key: { userId: string; workspaceId: string }): void {
  if (hold.input < 0n || hold.output < 0n)
    throw new KeywayError('invalid_request', 'hold: expected amounts of 0 or more')
  if (hold.userId !== key.userId || hold.workspaceId !== key.workspaceId) {
    throw new KeywayError('invalid_request', 'hold: expected the user and workspace of its key')
  }
}
