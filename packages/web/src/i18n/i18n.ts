import i18next, { type i18n } from 'i18next'
import { initReactI18next } from 'react-i18next'
import { en, type Texts } from './en.ts'

/** The languages that every text exists in, by their own names. */
export const LANGUAGES = { en: 'English', de: 'Deutsch' } as const
export type Language = keyof typeof LANGUAGES

const CHOICE = 'keyway.language'

const isLanguage = (text: string | undefined | null): text is Language =>
  text !== undefined && text !== null && Object.hasOwn(LANGUAGES, text)

/** English comes with the app, the others when they are wanted. */
async function loadTexts(language: Language): Promise<Texts> {
  return language === 'de' ? (await import('./de.ts')).de : en
}

/** What was chosen here before, else the first language of the browser that we have, else English. */
function preferredLanguage(): Language {
  const chosen = localStorage.getItem(CHOICE)
  if (isLanguage(chosen)) return chosen
  return navigator.languages.map((tag) => tag.split('-')[0]).find(isLanguage) ?? 'en'
}

/** Makes the app speak the reader's language from its first paint on. */
export async function startI18n(): Promise<i18n> {
  const language = preferredLanguage()
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: 'en',
    resources: { en: { translation: en }, [language]: { translation: await loadTexts(language) } },
    // React escapes.
    interpolation: { escapeValue: false },
    returnNull: false,
  })
  document.documentElement.lang = language
  return i18next
}

/** Changes the language, here and for the next visit. */
export async function chooseLanguage(language: Language): Promise<void> {
  i18next.addResourceBundle(language, 'translation', await loadTexts(language))
  await i18next.changeLanguage(language)
  localStorage.setItem(CHOICE, language)
  document.documentElement.lang = language
}
