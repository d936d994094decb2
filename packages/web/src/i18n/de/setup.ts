import type { Same } from '../areas.ts'
import type { texts as english } from '../en/setup.ts'

export const texts: Same<typeof english> = {
  setup: {
    neededTitle: 'Keyway läuft',
    neededAbout:
      'Noch kann sich niemand anmelden. Im Terminal, das Keyway gestartet hat, steht ein Einmal-Link: Öffne ihn in diesem Browser.',
    neededCommand: 'Der Link ist weg oder älter als 15 Minuten? Das zeigt einen neuen:',
    checking: 'Dein Link wird geprüft',
    title: 'Deine Anmeldung einrichten',
    about: 'Dieser Link macht dich zu: {{role}} dieses Keyway. Wähle, wie du dich künftig anmeldest.',
    name: 'Dein Name',
    passkey: 'Passkey anlegen',
    passkeyAbout: 'Dein Fingerabdruck, Gesicht oder Gerätecode. Nichts zu merken, nichts zu stehlen.',
    password: 'Lieber ein Passwort',
    passwordSubmit: 'Passwort setzen und weiter',
    passkeyInstead: 'Lieber ein Passkey',
    thisMachine: 'Nur auf diesem Rechner',
    thisMachineAbout: 'Ganz ohne Anmeldung. Wer an diesem Rechner einen Browser öffnen kann, kann Keyway benutzen.',
    goneTitle: 'Dieser Link gilt nicht mehr',
    goneAbout: 'Er wurde benutzt, ist abgelaufen oder unvollständig. Ein Link gilt einmal; lass dir einen neuen geben.',
    toSignIn: 'Zur Anmeldung',
    expires: 'Der Link gilt bis {{time}}.',
  },
  demo: {
    entering: 'Die Demo wird geöffnet',
    enteringAbout:
      'Du bist als Beispiel-Eigentümer angemeldet. Jede Antwort ist simuliert, und nichts verlässt diesen Rechner.',
  },
  roles: { owner: 'Eigentümer', admin: 'Verwalter', member: 'Mitglied' },
}
