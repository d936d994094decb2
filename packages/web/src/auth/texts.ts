import type { Language, Same } from '../i18n/areas.ts'
import type { texts as consentTexts } from '../i18n/en/consent.ts'

// The app's own texts, without the library that the app reads them by: this page is small, and shows one language.

/** Everything that the page says, in the reader's language; but for signing in, see door-texts.ts. */
export type Texts = Same<typeof consentTexts>['consent'] & { language_tag: Language }

/** As in areas.ts, but only what is said here: the table of all areas would be a tenth of the script. */
const TEXTS = {
  en: () => import('../i18n/en/consent.ts'),
  de: () => import('../i18n/de/consent.ts'),
} as const satisfies Record<Language, unknown>

const isLanguage = (text: string | null | undefined): text is Language => text != null && Object.hasOwn(TEXTS, text)

/** The texts in the language that was chosen in the app, else the browser's first that we have, else English. */
export async function loadTexts(): Promise<Texts> {
  const chosen = localStorage.getItem('keyway.language')
  const preferred = navigator.languages.map((tag) => tag.split('-')[0]).find(isLanguage)
  const language = isLanguage(chosen) ? chosen : (preferred ?? 'en')
  const { texts } = await TEXTS[language]()
  document.documentElement.lang = language
  document.title = texts.consent.page
  return { ...texts.consent, language_tag: language }
}

/** Puts values into a text: ('Hello {{name}}', { name: 'Ada' }) -> 'Hello Ada' */
export function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => String(values[name] ?? ''))
}
