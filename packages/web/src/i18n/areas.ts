/**
 * The app's texts by area. An area is a file for each language, which comes with the page that needs it; see `withTexts` in
 * i18n.ts. Its sections are the first part of a text's path: 'keys.title' is of the section `keys`.
 */
export const AREAS = {
  shell: { en: () => import('./en/shell.ts'), de: () => import('./de/shell.ts') },
  door: { en: () => import('./en/door.ts'), de: () => import('./de/door.ts') },
  setup: { en: () => import('./en/setup.ts'), de: () => import('./de/setup.ts') },
  mail: { en: () => import('./en/mail.ts'), de: () => import('./de/mail.ts') },
  home: { en: () => import('./en/home.ts'), de: () => import('./de/home.ts') },
  composer: { en: () => import('./en/composer.ts'), de: () => import('./de/composer.ts') },
  chat: { en: () => import('./en/chat.ts'), de: () => import('./de/chat.ts') },
  models: { en: () => import('./en/models.ts'), de: () => import('./de/models.ts') },
  connect: { en: () => import('./en/connect.ts'), de: () => import('./de/connect.ts') },
  terms: { en: () => import('./en/terms.ts'), de: () => import('./de/terms.ts') },
  use: { en: () => import('./en/use.ts'), de: () => import('./de/use.ts') },
  keys: { en: () => import('./en/keys.ts'), de: () => import('./de/keys.ts') },
  apps: { en: () => import('./en/apps.ts'), de: () => import('./de/apps.ts') },
  rankings: { en: () => import('./en/rankings.ts'), de: () => import('./de/rankings.ts') },
  account: { en: () => import('./en/account.ts'), de: () => import('./de/account.ts') },
  factor: { en: () => import('./en/factor.ts'), de: () => import('./de/factor.ts') },
  shelves: { en: () => import('./en/shelves.ts'), de: () => import('./de/shelves.ts') },
  palette: { en: () => import('./en/palette.ts'), de: () => import('./de/palette.ts') },
  prompts: { en: () => import('./en/prompts.ts'), de: () => import('./de/prompts.ts') },
  data: { en: () => import('./en/data.ts'), de: () => import('./de/data.ts') },
  usage: { en: () => import('./en/usage.ts'), de: () => import('./de/usage.ts') },
  people: { en: () => import('./en/people.ts'), de: () => import('./de/people.ts') },
  consent: { en: () => import('./en/consent.ts'), de: () => import('./de/consent.ts') },
  pkce: { en: () => import('./en/pkce.ts'), de: () => import('./de/pkce.ts') },
  picker: { en: () => import('./en/picker.ts'), de: () => import('./de/picker.ts') },
} as const satisfies Record<string, Record<Language, () => Promise<{ texts: object }>>>

export type Area = keyof typeof AREAS

/** The languages that every text exists in, by their own names. */
export const LANGUAGES = { en: 'English', de: 'Deutsch' } as const
export type Language = keyof typeof LANGUAGES

/** The shape of an area in every language: that of the English one, with any words. */
export type Same<T> = { [K in keyof T]: T[K] extends string ? string : Same<T[K]> }

type Sections<A extends Area> = A extends Area ? Awaited<ReturnType<(typeof AREAS)[A]['en']>>['texts'] : never
type Together<U> = (U extends unknown ? (one: U) => void : never) extends (all: infer All) => void ? All : never

/** Every text of the app, in English. */
export type Texts = { [K in keyof Together<Sections<Area>>]: Together<Sections<Area>>[K] }
