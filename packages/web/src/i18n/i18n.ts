import i18next, { type i18n } from 'i18next'
import { initReactI18next } from 'react-i18next'
import { AREAS, type Area, LANGUAGES, type Language } from './areas.ts'

const CHOICE = 'keyway.language'

/** The language that the app speaks, or is about to. */
let language: Language = 'en'
/** The areas that are there, in that language. */
const present = new Set<Area>()

const isLanguage = (text: string | undefined | null): text is Language =>
  text !== undefined && text !== null && Object.hasOwn(LANGUAGES, text)

/** The language that the app speaks: for what the server is to write to its reader. */
export function spokenLanguage(): Language {
  return language
}

/** What was chosen here before, else the first language of the browser that we have, else English. */
function preferredLanguage(): Language {
  const chosen = localStorage.getItem(CHOICE)
  if (isLanguage(chosen)) return chosen
  return navigator.languages.map((tag) => tag.split('-')[0]).find(isLanguage) ?? 'en'
}

/** Makes the app speak the reader's language from its first paint on. */
export async function startI18n(): Promise<i18n> {
  language = preferredLanguage()
  await i18next.use(initReactI18next).init({
    lng: language,
    // Every language has every text, so there is nothing to fall back to.
    fallbackLng: false,
    resources: {},
    // React escapes.
    interpolation: { escapeValue: false },
    returnNull: false,
  })
  await loadTexts(['shell'])
  document.documentElement.lang = language
  return i18next
}

/**
 * A part of the app and the texts that it needs, asked for together: `lazy(() => withTexts(['keys'], import('./x.tsx')))`.
 * The shell's texts are always there.
 */
export async function withTexts<T>(areas: readonly Area[], part: Promise<T>): Promise<T> {
  const [loaded] = await Promise.all([part, loadTexts(areas)])
  return loaded
}

/** Sees to it that the texts of these areas are there. */
export async function loadTexts(areas: readonly Area[]): Promise<void> {
  await Promise.all(areas.filter((area) => !present.has(area)).map(load))
}

async function load(area: Area): Promise<void> {
  const wanted = language
  const { texts } = await AREAS[area][wanted]()
  i18next.addResourceBundle(wanted, 'translation', texts, true)
  // Another language was chosen meanwhile.
  if (wanted !== language) return load(area)
  present.add(area)
}

/** Changes the language, here and for the next visit. */
export async function chooseLanguage(chosen: Language): Promise<void> {
  const before = language
  language = chosen
  try {
    await Promise.all([...present].map(load))
  } catch (error) {
    language = before
    throw error
  }
  await i18next.changeLanguage(chosen)
  localStorage.setItem(CHOICE, chosen)
  document.documentElement.lang = chosen
}
