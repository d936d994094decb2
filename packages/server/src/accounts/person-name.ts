import { KeywayError } from '../base/errors.ts'

/** Characters in a person's name. */
const NAME_CHARS_MAX = 100

/**
 * What could make a name in a list look like another, or like nothing: control characters, line and paragraph separators,
 * and the marks that turn the direction of writing. Joiners stay: Persian and emoji need them.
 */
const DECEIVING =
  /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufff9-\ufffb]/u

/**
 * A person's name, as it is kept: in one form of several that look alike, with single spaces.
 *
 * ' Ada  Byron ' -> 'Ada Byron'
 * @throws KeywayError `invalid_request`
 */
export function tidyPersonName(name: string): string {
  const tidy = name.normalize('NFC').trim().replace(/ {2,}/g, ' ')
  if (
    tidy.length > NAME_CHARS_MAX ||
    DECEIVING.test(tidy) ||
    !/[\p{L}\p{N}\p{S}]/u.test(tidy) ||
    !tidy.isWellFormed()
  ) {
    throw new KeywayError('invalid_request', `"name" is invalid: expected a name of 1 to ${NAME_CHARS_MAX} characters.`)
  }
  return tidy
}
