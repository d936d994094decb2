import type { Language, Same } from '../i18n/areas.ts'
import type { texts as english } from '../i18n/en/door.ts'

type Door = Same<typeof english>

const TEXTS = {
  en: () => import('../i18n/en/door.ts'),
  de: () => import('../i18n/de/door.ts'),
} as const satisfies Record<Language, unknown>

const asked = new Map<Language, Promise<Door>>()

/** What signing in says. Only who has to sign in waits for it. The same promise each time, as React's `use` asks. */
export function doorTexts(language: Language): Promise<Door> {
  const before = asked.get(language)
  if (before !== undefined) return before
  const loading = TEXTS[language]().then(({ texts }) => texts)
  asked.set(language, loading)
  return loading
}
