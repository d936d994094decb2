import { createHash } from 'node:crypto'
import { type ApiError, invalidRequest } from '../api-error.ts'

/** What reasoning that an account encrypted begins with: another account, or another provider, cannot read it. */
export function sealOf(account: { provider: string; key: string | undefined }): string {
  const digest = createHash('sha256')
    .update(`${account.provider}/${account.key ?? ''}`)
    .digest('base64')
  return `gAAAAA${digest.slice(0, 24)}`
}

/** The refusal of reasoning that was encrypted elsewhere; undefined when all of it was here. */
export function refuseForeign(sealed: readonly string[], seal: string): ApiError | undefined {
  const foreign = sealed.find((content) => !content.startsWith(seal))
  if (foreign === undefined) return undefined
  const message = `The encrypted content ${foreign.slice(0, 8)}... could not be verified.`
  return invalidRequest(message, null, 'invalid_encrypted_content')
}
