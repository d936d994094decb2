import type { Dialect } from './dialect.ts'

/** Does a provider take this key? One without a key takes any call. */
export function acceptsKey(dialect: Dialect, key: string | undefined): boolean {
  if (dialect.key === undefined || key === dialect.key) return true
  return key !== undefined && dialect.otherKeys.includes(key)
}
