/** The languages of a page that is no part of the web app; the web app has the same. */
export const PAGE_LANGUAGES = ['en', 'de'] as const

type Texts = {
  /** Heading where the request itself is wrong. */
  cannot: string
  askedWrong: string
  tooOften: string
  /** Heading where the operator did not admit the app. @param asking its host, 'loopback' or 'headless' */
  notAdmitted(asking: string): string
  whoDecides: string
  nothing: string
}

/** What a person reads when an app's request is refused before there is anything to decide. */
export const REFUSAL_TEXTS: Record<(typeof PAGE_LANGUAGES)[number], Texts> = {
  en: {
    cannot: 'This request cannot be answered',
    askedWrong: 'The app that sent you here asked in a way that Keyway does not take. For whoever makes the app:',
    tooOften: 'Wait a moment, then go back to the app and start again.',
    notAdmitted: (asking) =>
      asking === 'loopback'
        ? 'Apps on this computer may not ask for a key here'
        : asking === 'headless'
          ? 'This Keyway gives no codes for other devices'
          : `${asking} may not ask for a key here`,
    whoDecides:
      'Whoever runs this Keyway decides which apps may ask, and this one is not among them. If you want to use it, show them this page:',
    nothing: 'Nothing was given to anybody. You can close this page.',
  },
  de: {
    cannot: 'Diese Anfrage lässt sich nicht beantworten',
    askedWrong:
      'Die App, die dich hierher geschickt hat, fragt auf eine Weise, die Keyway nicht annimmt. Für alle, die an der App bauen:',
    tooOften: 'Warte einen Moment, geh dann zurück zur App und beginne von vorn.',
    notAdmitted: (asking) =>
      asking === 'loopback'
        ? 'Apps auf diesem Computer dürfen hier nicht um einen Schlüssel bitten'
        : asking === 'headless'
          ? 'Dieses Keyway vergibt keine Codes für andere Geräte'
          : `${asking} darf hier nicht um einen Schlüssel bitten`,
    whoDecides:
      'Wer dieses Keyway betreibt, entscheidet, welche Apps fragen dürfen, und diese gehört nicht dazu. Wenn du sie nutzen möchtest, zeig dort diese Seite:',
    nothing: 'Niemand hat etwas bekommen. Du kannst diese Seite schließen.',
  },
}
