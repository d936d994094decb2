import type { Same } from '../areas.ts'
import type { texts as english } from '../en/rankings.ts'

export const texts: Same<typeof english> = {
  rankings: {
    title: 'Meistgenutzte Apps',
    about: 'Nach Tokens hinein und heraus. Programme auf den Computern der Leute zählen nicht.',
    period: 'Zeitraum',
    periods: { day: 'Heute', week: '7 Tage', month: '30 Tage' },
    rank: 'Nr.',
    app: 'App',
    calls: 'Aufrufe',
    tokens: 'Tokens',
    emptyTitle: 'Noch hat keine App aufgerufen',
    emptyAbout: 'Apps stehen hier, sobald sie mit einem eigenen Schlüssel aufrufen oder sagen, wer sie sind.',
  },
}
