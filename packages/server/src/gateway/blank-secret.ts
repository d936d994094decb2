import type { UpstreamError } from '../wire/codec.ts'

/** Shorter ones (a local server's `x`) are no secrets, and would be found in any sentence. Characters. */
const SECRET_CHARACTERS_MIN = 8

/**
 * Blanks the very secret that an attempt was made with, in what the provider says of its failure. Keys of known kinds
 * are found by their looks elsewhere; this one is found whatever it looks like.
 */
export function blankSecret(error: UpstreamError, secret: string | undefined): UpstreamError {
  if (secret === undefined || secret.length < SECRET_CHARACTERS_MIN) return error
  const blank = (text: string) => text.replaceAll(secret, '[removed]')
  const code = error.code === undefined ? undefined : blank(error.code)
  return { ...error, message: blank(error.message), raw: blank(error.raw), code }
}
