import type { Same } from '../areas.ts'
import type { texts as english } from '../en/usage.ts'

export const texts: Same<typeof english> = {
  usage: {
    title: 'Verbrauch',
    about: 'Was deine Aufrufe kosten, genau wie im Hauptbuch. Tage beginnen um 00:00 UTC.',
    aboutWorkspace: 'Was die Aufrufe aller kosten, genau wie im Hauptbuch. Tage beginnen um 00:00 UTC.',
    period: 'Zeitraum',
    days_one: '{{count}} Tag',
    days_other: '{{count}} Tage',
    scope: 'Wessen',
    own: 'Meiner',
    workspace: 'Aller',
    spent: 'Ausgegeben',
    calls: 'Aufrufe',
    tokensIn: 'Token hinein',
    tokensOut: 'Token heraus',
    byDay: 'Nach Tagen',
    chart: 'Ausgaben nach Tagen',
    chartAbout: 'Balken dessen, was jeder Tag kostete. Pfeiltasten gehen von Tag zu Tag.',
    byModel: 'Nach Modellen',
    byProvider: 'Nach Anbietern',
    byKey: 'Nach Schlüsseln',
    name: 'Name',
    cost: 'Kosten',
    share: 'Anteil',
    emptyTitle: 'In dieser Zeit wurde nichts aufgerufen',
    emptyAbout: 'Chatte mit einem Modell oder ruf eines mit einem Schlüssel, und seine Kosten stehen sofort hier.',
    unnamed: 'Ohne Namen',
    day: 'Tag',
    table: 'Dasselbe als Tabelle',
  },
}
