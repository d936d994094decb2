import type { Same } from '../areas.ts'
import type { texts as english } from '../en/apps.ts'

export const texts: Same<typeof english> = {
  apps: {
    title: 'Apps',
    about:
      'Wem du durch Anmelden mit Keyway einen Schlüssel gegeben hast. Jede App gibt höchstens ihre Obergrenze aus und sieht nichts von dir.',
    emptyTitle: 'Noch keine Apps',
    emptyAbout:
      'Bittet eine App um einen Schlüssel und du erlaubst es, steht sie hier: mit dem, was sie ausgibt, und dem Weg, es zu beenden.',
    headless: 'Anderes Gerät ({{name}})',
    kinds: {
      web: 'Website {{origin}}',
      this_computer: 'Ein Programm auf deinem Computer, unter {{origin}}',
      headless: 'Der Code wurde von Hand kopiert; wohin, weiß niemand.',
    },
    paused: 'Angehalten',
    expired: 'Abgelaufen',
    weakChip: 'Schwache Anmeldung',
    today: 'Heute',
    month: 'Im Monat',
    total: 'Insgesamt',
    lastUsed: 'Zuletzt benutzt',
    neverUsed: 'noch nicht',
    ends: 'Endet',
    mayUse: 'Darf nutzen',
    everyModel: 'jedes Modell, das du nutzen kannst',
    used: 'Hat genutzt',
    nothingUsed: 'noch nichts',
    moreModels: 'und {{count}} weitere',
    knows: 'Kennt',
    identity: 'deinen Namen und deine E-Mail-Adresse',
    calls: 'Aufrufe ansehen',
    callsTitle: 'Aufrufe von {{name}}',
    callsAbout: 'Die letzten 100.',
    callStates: { cancelled: 'abgebrochen', failed: 'gescheitert' },
    tokens: '{{input}} hinein, {{output}} heraus',
    change: 'Grenzen ändern',
    changeTitle: 'Grenzen von {{name}}',
    changeAbout: 'Sie gelten ab dem nächsten Aufruf.',
    cap: 'Höchstens ausgeben',
    capHint: 'US-Dollar, bis {{max}}.',
    capError: 'Ein Betrag von 0 bis {{max}}, etwa 2.50.',
    reset: 'Beginnt neu',
    models: 'Modelle',
    modelsHint: 'Eines je Zeile, etwa openai/gpt-5-mini oder anthropic/*. Leer: alle.',
    weakTitle: 'Warum dieser Schlüssel klein ist',
    weak: {
      no_challenge:
        'Die App hat keine Code-Challenge geschickt. Wer den Code unterwegs las, hätte den Schlüssel holen können.',
      plain:
        'Die App hat ihre Code-Challenge im Klartext geschickt. Wer sie unterwegs las, hätte den Schlüssel holen können.',
      short_verifier: 'Das Geheimnis der App für diese Anmeldung war so kurz, dass man es erraten kann.',
    },
    weakRaise:
      'Erhöhe ihn nur, wenn du der App und ihrem Weg hierher traust; du wirst gebeten, dich noch einmal anzumelden.',
    saved: 'Gespeichert',
    pause: 'Anhalten',
    resume: 'Weiter erlauben',
    revoke: 'Widerrufen',
    revokeTitle: 'Schlüssel von {{name}} widerrufen?',
    revokeAbout:
      'Die App wird von nun an abgewiesen, laufende Antworten werden abgebrochen. Sie kann dich wieder fragen.',
    revoked: '{{name}} hat keinen Schlüssel mehr',
  },
}
