import { ConnectError } from './connect-error.ts'

/** Visible ASCII (RFC 6749 appendix A.11, without the space); longer than any issuer's. */
const CODE = /^[\x21-\x7e]{1,512}$/

/**
 * A code that was checked to be the answer to an authorization. Only {@link readCallback} and {@link readPastedCode} make
 * one, so that the check cannot be skipped; it shows itself in no log.
 */
class CheckedCode {
  readonly #code: string
  constructor(code: string) {
    this.#code = code
  }
  /** The code's text, for the one exchange. */
  reveal(): string {
    return this.#code
  }
}
/** A code that was checked to be the answer to an authorization. @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2 */
export type AuthorizationCode = CheckedCode

/**
 * Checks what came back with the browser: one `state`, equal to the one that was sent; no error; exactly one code.
 * @param query the callback's address, or its query
 * @param expected.issuer where the code must come from, if the callback says where (RFC 9207)
 * @throws ConnectError `state_mismatch`, `denied`, `refused`, `malformed`
 * @see https://www.rfc-editor.org/rfc/rfc9700#section-4.7.1
 */
export function readCallback(
  query: string | URL | URLSearchParams,
  expected: { state: string; issuer?: string },
): AuthorizationCode {
  const parameters = parametersOf(query)
  const [state, ...otherStates] = parameters.getAll('state')
  if (state === undefined || otherStates.length > 0 || !isEqual(state, expected.state)) {
    throw new ConnectError('state_mismatch', 'The callback does not belong to the authorization that was begun.')
  }
  const issuers = parameters.getAll('iss')
  if (expected.issuer !== undefined && issuers.some((iss) => iss !== expected.issuer)) {
    throw new ConnectError('state_mismatch', 'The callback comes from another issuer.')
  }
  const [error] = parameters.getAll('error')
  if (error === 'access_denied') throw new ConnectError('denied', 'The person said no.')
  if (error !== undefined) throw new ConnectError('refused', 'The issuer reported an error.')
  const names = [...parameters.keys()].filter((name) => /^code(?:$|\[)/i.test(name))
  if (names.length === 0) throw new ConnectError('denied', 'The person came back without a code.')
  const [code = '', ...otherCodes] = parameters.getAll('code')
  if (names.length > 1 || otherCodes.length > 0 || !CODE.test(code)) {
    throw new ConnectError('malformed', 'The callback has no single code.')
  }
  return new CheckedCode(code)
}

/** Longer than any address that holds a code. */
const PASTED_CHARACTERS_MAX = 8_192

/**
 * What a person pasted: the code alone, `code=...`, or a whole address with it. In the headless flow there is no state to
 * check: whoever began is asked for the code, and pastes it themselves. Where there is one, an address is checked as
 * {@link readCallback} does, so that nobody gets round that by pasting it; only a code alone has nothing to check.
 * @throws ConnectError `denied` for nothing; else as {@link readCallback}
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2
 */
export function readPastedCode(
  text: string,
  expected: { state?: string | undefined; issuer?: string } = {},
): AuthorizationCode {
  if (text.length > PASTED_CHARACTERS_MAX) throw new ConnectError('malformed', 'What was pasted is too long.')
  const trimmed = text.trim().replace(/^(["'])(.*)\1$/s, '$2')
  if (trimmed === '') throw new ConnectError('denied', 'Nothing was pasted.')
  const query = /[?&#]|^code=/.test(trimmed) ? new URLSearchParams(trimmed.replace(/^[^?#]*[?#]/s, '')) : undefined
  const { state, ...from } = expected
  if (query !== undefined && state !== undefined) return readCallback(query, { state, ...from })
  const codes = query === undefined ? [trimmed] : query.getAll('code')
  const [code = ''] = codes
  if (codes.length !== 1 || !CODE.test(code))
    throw new ConnectError('malformed', 'What was pasted holds no single code.')
  return new CheckedCode(code)
}

function parametersOf(query: string | URL | URLSearchParams): URLSearchParams {
  if (query instanceof URLSearchParams) return query
  if (query instanceof URL) return query.searchParams
  return URL.canParse(query) ? new URL(query).searchParams : new URLSearchParams(query.replace(/^[^?]*\?/, ''))
}

/** In time that does not depend on where they differ. */
function isEqual(one: string, other: string): boolean {
  let difference = one.length ^ other.length
  for (let i = 0; i < one.length; i++) difference |= one.charCodeAt(i) ^ other.charCodeAt(i % (other.length || 1))
  return difference === 0
}
