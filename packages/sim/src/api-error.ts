/** Why a simulated provider refuses a call. Each dialect has its own words and shape for these. */
export type RefusalReason =
  | 'authentication'
  | 'permission'
  | 'invalid'
  | 'forbidden-field'
  | 'unknown-model'
  | 'unknown-path'
  | 'too-large'
  | 'rate-limit'
  | 'overloaded'
  | 'server'

/** A refusal, before a dialect has put it into its provider's shape. */
export type ApiError = {
  status: number
  reason: RefusalReason
  message: string
  /** The field at fault. */
  param: string | null
  /** The provider's own code, where the dialect does not derive it from the reason. */
  code?: string
}

/** An error about the request itself: 400. */
export function invalidRequest(message: string, param: string | null, code?: string): ApiError {
  return { status: 400, reason: 'invalid', message, param, ...(code === undefined ? {} : { code }) }
}
