import type { Same } from '../areas.ts'
import type { texts as english } from '../en/home.ts'

export const texts: Same<typeof english> = {
  home: {
    emptyTitle: 'Noch ist kein Modell verbunden',
    emptyAbout:
      'Keyway braucht einen Weg zu einem Modell. Beide dauern keine Minute und lassen sich jederzeit rückgängig machen.',
    connectTitle: 'Mit OpenRouter verbinden',
    connectAbout: 'Einmal zustimmen, kein Schlüssel zu kopieren. Hunderte Modelle aller großen Anbieter.',
    connect: 'Verbinden',
    pasteTitle: 'Einen Schlüssel einfügen',
    pasteAbout: 'Von OpenAI, Anthropic, Google oder anderen. Er wird sofort versiegelt und nie wieder gezeigt.',
    paste: 'Schlüssel einfügen',
    recommended: 'Am schnellsten',
    houseTitle: 'Oder nimm, was dein Betreiber bereitstellt',
    houseUse: 'Jetzt chatten',
    houseWithheld: 'Das könnte aufbewahren, was gesendet wird, und du willst nur Anbieter, die das nicht tun.',
    houseChange: 'Einstellung ändern',
    houseAbout: '{{models}}, ohne Kosten für dich.',
    houseLeft: '{{left}} von {{daily}} Nachrichten heute übrig, neu ab {{time}} UTC',
    whereItGoes:
      'Nachrichten gehen an den Anbieter, den du wählst, nach deinem eigenen Vertrag mit ihm. Keyway bewahrt sie hier auf und trainiert mit nichts.',
  },
}
