import type { Attempt } from '../router/attempt.ts'
import type { Dialect, Format } from '../wire/codec.ts'

/** What the endpoint's provider wants in this format. */
export function dialectOf({ provider }: Attempt, format: Format): Dialect {
  return provider.formats[format]?.dialect ?? provider.dialect
}
