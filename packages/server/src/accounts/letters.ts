import type { Letter } from './compose-mail.ts'

/** The languages that letters are written in. */
export const LETTER_LANGUAGES = ['en', 'de'] as const
export type LetterLanguage = (typeof LETTER_LANGUAGES)[number]

/** What a letter is about. Every one has one link and says how long it is good. */
export type Occasion =
  | { kind: 'invitation'; name: string; by: string }
  /** Without a name: whoever asks may write to strangers, and a name is a sentence of their choice. */
  | { kind: 'address' }
  | { kind: 'password' }

export type LetterTerms = { to: string; link: string; place: string; minutes: number; language: LetterLanguage }

type Texts = { subject: string; lines: readonly string[] }

/** Writes a letter: what it is about, the link, how long it is good, and what to do if it was not expected. */
export function writeLetter(occasion: Occasion, { to, link, place, minutes, language }: LetterTerms): Letter {
  const { subject, lines } = WRITERS[language](occasion, { place, time: timeIn(minutes, language) })
  const [greeting = '', before = '', after = ''] = lines
  return { to, subject, text: [greeting, before, link, after, place].join('\n\n').concat('\n') }
}

type About = { place: string; time: string }

const WRITERS: Record<LetterLanguage, (occasion: Occasion, about: About) => Texts> = { en: inEnglish, de: inGerman }

function inEnglish(occasion: Occasion, { place, time }: About): Texts {
  const hello = occasion.kind === 'invitation' ? `Hello ${occasion.name},` : 'Hello,'
  switch (occasion.kind) {
    case 'invitation':
      return {
        subject: 'You are invited to Keyway',
        lines: [
          hello,
          `${occasion.by} invites you to Keyway at ${place}. Open this link to choose how you sign in:`,
          `It works once, within ${time}. If you did not expect this, leave it: nothing happens then.`,
        ],
      }
    case 'address':
      return {
        subject: 'Confirm your address',
        lines: [
          hello,
          'Open this link to confirm that this address is yours:',
          `It works once, within ${time}. If you did not ask for this, leave it: nothing changes then.`,
        ],
      }
    case 'password':
      return {
        subject: 'Choose a new password',
        lines: [
          hello,
          'Somebody, hopefully you, asked for a new password. Open this link to choose one:',
          `It works once, within ${time}. If it was not you, leave it: your password stays as it is.`,
        ],
      }
  }
}

function inGerman(occasion: Occasion, { place, time }: About): Texts {
  const hello = occasion.kind === 'invitation' ? `Hallo ${occasion.name},` : 'Hallo,'
  switch (occasion.kind) {
    case 'invitation':
      return {
        subject: 'Einladung zu Keyway',
        lines: [
          hello,
          `${occasion.by} lädt dich zu Keyway unter ${place} ein. Öffne diesen Link und wähle, wie du dich anmeldest:`,
          `Er gilt einmal, ${time} lang. Wenn du das nicht erwartet hast, lass ihn ungenutzt: Dann passiert nichts.`,
        ],
      }
    case 'address':
      return {
        subject: 'Bestätige deine Adresse',
        lines: [
          hello,
          'Öffne diesen Link und bestätige damit, dass diese Adresse dir gehört:',
          `Er gilt einmal, ${time} lang. Wenn du das nicht wolltest, lass ihn ungenutzt: Dann ändert sich nichts.`,
        ],
      }
    case 'password':
      return {
        subject: 'Wähle ein neues Passwort',
        lines: [
          hello,
          'Jemand, hoffentlich du, hat um ein neues Passwort gebeten. Öffne diesen Link und wähle eins:',
          `Er gilt einmal, ${time} lang. Wenn du es nicht warst, lass ihn ungenutzt: Dein Passwort bleibt, wie es ist.`,
        ],
      }
  }
}

const DAY_MINUTES = 24 * 60

function timeIn(minutes: number, language: LetterLanguage): string {
  const [value, unit] = minutes >= DAY_MINUTES ? [minutes / DAY_MINUTES, 'day' as const] : [minutes, 'minute' as const]
  return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' }).format(value)
}
