import { KeywayError } from '../base/errors.ts'
import type { Door } from '../providers/provider.ts'
import type { Attempt } from '../router/attempt.ts'
import type { Dialect, Format } from '../wire/codec.ts'

/** Where an attempt's provider takes the format. @throws KeywayError internal where it does not: no plan has such an attempt */
export function doorOf({ provider }: Attempt, format: Format): Door {
  const door = provider.formats[format]
  if (door !== undefined) return door
  throw new KeywayError('internal', `${provider.name} was planned for a format it does not speak.`)
}

/** What the endpoint's provider wants in this format. */
export function dialectOf(attempt: Attempt, format: Format): Dialect {
  return doorOf(attempt, format).dialect ?? attempt.provider.dialect
}
