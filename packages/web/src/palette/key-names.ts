const ON_APPLE = /Mac|iPhone|iPad/.test(globalThis.navigator?.platform ?? '')

const APPLE: Readonly<Record<string, string>> = { mod: '⌘', shift: '⇧', alt: '⌥' }
const OTHERS: Readonly<Record<string, string>> = { mod: 'Ctrl', shift: 'Shift', alt: 'Alt' }

/** How the reader's keyboard names what is pressed together: 'mod+k' -> '⌘K', 'Ctrl K'. */
export function keyNames(keys: string): string {
  const names = keys
    .split('+')
    .map((key) => (ON_APPLE ? APPLE : OTHERS)[key] ?? (key.length === 1 ? key.toUpperCase() : key))
  return names.join(ON_APPLE ? '' : ' ')
}
