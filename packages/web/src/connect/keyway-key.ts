/** Keys of another Keyway begin so. */
const KEYWAY_PREFIX = 'kwy_'

/** Was a connection's key made by another Keyway, and not by OpenRouter? @param hint what is shown of the key */
export const isKeywayKey = (hint: string | undefined): boolean => hint?.startsWith(KEYWAY_PREFIX) === true
