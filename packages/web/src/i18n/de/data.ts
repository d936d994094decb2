import type { Same } from '../areas.ts'
import type { texts as english } from '../en/data.ts'

export const texts: Same<typeof english> = {
  data: {
    title: 'Daten',
    about: 'Deine Gespräche gehören dir: nimm sie mit, bring sie her, lösche sie.',
    where: 'Wohin Nachrichten gehen',
    whereItGoes:
      'Zum Anbieter des Modells, das du wählst, nach deinem eigenen Vertrag mit ihm. Keyway bewahrt Gespräche auf diesem Server auf und trainiert mit nichts.',
    deny: 'Nur Anbieter, die nichts aufbewahren und mit nichts trainieren',
    denyHint:
      'Modelle, die sonst niemand anbietet, sind dann nicht aufrufbar. OpenRouter erhält data_collection: deny.',
    saved: 'Gesichert',
    export: 'Mitnehmen',
    exportAbout:
      'Jedes Gespräch mit Zweigen, Kosten und Anhängen, als eine JSON-Datei. Sie lässt sich hier wieder einlesen.',
    exportButton: 'Alles exportieren',
    import: 'Herbringen',
    importAbout:
      'Eine hier exportierte Datei oder die conversations.json eines ChatGPT-Exports. Zweimal dieselbe Datei fügt nichts zweimal hinzu.',
    importButton: 'Datei wählen',
    importDrop: 'oder hierher ziehen',
    importing: '{{name}} wird gelesen',
    importTooLarge: 'Diese Datei hat mehr als {{size}}. Exportiere weniger Gespräche auf einmal.',
    importNotJson: 'Das ist keine JSON-Datei. Ein ChatGPT-Export ist ein ZIP: Nimm conversations.json heraus.',
    fromKeyway: 'Export von Keyway',
    fromChatgpt: 'Export von ChatGPT',
    added_one: '{{count}} Gespräch kam hinzu',
    added_other: '{{count}} Gespräche kamen hinzu',
    skipped_one: '{{count}} war schon da',
    skipped_other: '{{count}} waren schon da',
    problems_one: '{{count}} Stelle war nicht lesbar',
    problems_other: '{{count}} Stellen waren nicht lesbar',
    room: 'Anhänge',
    roomUsed: '{{used}} von {{limit}} belegt',
    end: 'Löschen',
    deleteAll: 'Alle Gespräche löschen',
    deleteAllAbout:
      'Gespräche, Nachrichten und Anhänge sind sofort und endgültig fort. Was sie kosteten, bleibt im Hauptbuch.',
    deleteAllTitle: 'Alle Gespräche löschen?',
    deleteAllConfirm: 'Schreib „{{word}}“, um es zu bestätigen',
    deleteAllWord: 'löschen',
    deletedAll: 'Alle Gespräche sind gelöscht',
    deleteData: 'Alle Daten löschen',
    deleteDataAbout: 'Alle Gespräche, dazu deine Ordner und Prompts. Konto, Schlüssel und Einstellungen bleiben.',
    deleteDataTitle: 'Alle Daten löschen?',
    deletedData: 'Alle Daten sind gelöscht',
    account: 'Konto löschen',
    accountAbout: 'Mit allem, was darin ist, auf der Seite des Kontos.',
    accountLink: 'Konto',
  },
}
