import type { Same } from '../areas.ts'
import type { texts as english } from '../en/people.ts'

export const texts: Same<typeof english> = {
  people: {
    title: 'Personen',
    about: 'Wer dieses Keyway benutzen darf. Alle haben eigene Schlüssel, Gespräche und Grenzen.',
    invite: 'Einladen',
    inviteTitle: 'Jemanden einladen',
    inviteAbout:
      'Du bekommst einen Link zum Weitergeben. Wer ihn zuerst öffnet, richtet die Anmeldung dieser Person ein.',
    name: 'Name',
    email: 'E-Mail',
    role: 'Rolle',
    roleHint: {
      owner: 'Alles, auch andere Eigentümer.',
      admin: 'Personen, geteilte Schlüssel und der Verbrauch aller.',
      member: 'Eigene Schlüssel, Gespräche und der eigene Verbrauch.',
    },
    submit: 'Link anlegen',
    linkTitle: 'Gib diesen Link an {{name}}',
    linkAbout: 'Er gilt einmal und bis {{time}}. Er wird nicht wieder gezeigt.',
    link: 'Einrichtungslink',
    inviteByMail:
      'Wir schicken einen Link an die Adresse. Wer ihn öffnet, richtet die Anmeldung dieser Person ein. Ohne Adresse bekommst du einen Link zum Weitergeben.',
    send: 'Einladung schicken',
    mailed: 'Die Einladung an {{email}} ist unterwegs',
    notMailed: 'Die Mail ging nicht hinaus',
    invited: 'Eingeladen',
    invitedUntil: 'Der Link gilt bis {{time}}',
    invitedOver: 'Der Link gilt nicht mehr',
    resend: 'Noch eine Einladung schicken',
    relink: 'Neuer Einladungslink',
    withdraw: 'Einladung zurücknehmen',
    withdrawn: 'Die Einladung von {{name}} ist zurückgenommen',
    you: 'Du',
    disabled: 'Gesperrt',
    disable: 'Sperren',
    enable: 'Entsperren',
    disableTitle: '{{name}} sperren?',
    disableAbout:
      'Sitzungen enden, die Schlüssel gelten nicht mehr, und laufende Aufrufe brechen ab. Gelöscht wird nichts, und du kannst wieder entsperren.',
    disabledToast: '{{name}} ist gesperrt',
    enabledToast: '{{name}} ist entsperrt',
    makeOwner: 'Zum Eigentümer machen',
    makeAdmin: 'Zum Verwalter machen',
    makeMember: 'Zum Mitglied machen',
    roleChanged: 'Rolle von {{name}} ist jetzt: {{role}}',
    newLink: 'Neuer Einrichtungslink',
    joined: 'Hier seit {{when}}',
    forbidden: 'Nur Eigentümer und Verwalter sehen die Personen dieses Keyway.',
    forbiddenTitle: 'Nicht für Mitglieder',
  },
}
