import type { Same } from '../areas.ts'
import type { texts as english } from '../en/composer.ts'

/** Wo man schreibt, und der noch leere Chat. */
export const texts: Same<typeof english> = {
  composer: {
    title: 'Was beschäftigt dich?',
    titleTemporary: 'Ein Chat, von dem nichts bleibt',
    label: 'Deine Nachricht',
    message: 'Nachricht',
    placeholder: 'Frag, was du willst',
    send: 'Senden',
    stop: 'Anhalten',
    stopping: 'Wird angehalten …',
    attach: 'Bilder, PDFs oder Text anhängen',
    attachments: 'Anhänge',
    uploading: '{{name}} wird hochgeladen',
    remove: '{{name}} entfernen',
    drop: 'Zum Anhängen loslassen',
    model: 'Modell: {{name}}',
    choose: 'Modell wählen',
    compare: 'Mit einem weiteren Modell vergleichen',
    temporary: 'Flüchtiger Chat',
    temporaryAbout: 'Ein flüchtiger Chat steht in keiner Liste und keiner Suche und endet mit dem Tag.',
    whereItGoes:
      'Nachrichten gehen an den Anbieter, den du wählst, nach deiner eigenen Vereinbarung mit ihm. Keyway trainiert mit nichts.',
    manage: 'Anbieter verwalten',
    houseLeft: 'Heute noch {{left}} von {{daily}}, neu um {{time}} UTC',
    houseConnect: 'OpenRouter verbinden',
    houseOwn: 'Eigenen Schlüssel nutzen',
    nextCost: 'Nächste Nachricht',
    context: 'Wie voll der Kontext des Modells ist',
    contextOf: 'Etwa {{used}} von {{room}} Tokens',
    tooLong: 'Das ist mehr, als das Modell auf einmal lesen kann',
    tooLongAbout:
      'Es fasst {{room}} Tokens. Lass die ältesten Nachrichten weg, oder nimm ein Modell mit größerem Kontext.',
    tooLongAlone: 'Diese Nachricht allein ist mehr, als das Modell lesen kann',
    tooLongAloneAbout: 'Sie hat etwa {{tokens}} Tokens, das Modell fasst {{room}}.',
    shorten: 'Auf das kürzen, was passt',
    shortened: '{{letters}} Zeichen am Ende sind weggelassen',
    leaveOut: '{{name}} weglassen',
    leftOut: '{{name}} ist weggelassen',
    undo: 'Rückgängig',
    withheld: '{{names}} könnte aufbewahren, was gesendet wird',
    withheldAbout:
      'Du willst nur Anbieter, die nichts aufbewahren und mit nichts trainieren. OpenRouter achtet selbst darauf; von anderen Anbietern ist nichts bekannt, womit Keyway das versprechen könnte.',
    withheldOther: 'Weiter mit {{name}}',
    withheldChange: 'Einstellung ändern',
  },
}
