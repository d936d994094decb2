import type { Same } from '../areas.ts'
import type { texts as english } from '../en/mail.ts'

export const texts: Same<typeof english> = {
  mail: {
    email: 'E-Mail',
    emailHint: 'Damit du wieder hereinkommst, wenn du dein Passwort vergisst. Wir schicken einen Link zur Bestätigung.',
    forgotTitle: 'Ein neues Passwort wählen',
    forgotAbout: 'Wir schicken einen Link an die bestätigte Adresse deines Kontos.',
    forgotSubmit: 'Link schicken',
    sentTitle: 'Sieh in dein Postfach',
    sentAbout:
      'Wenn {{email}} die bestätigte Adresse eines Kontos mit Passwort ist, ist ein Link unterwegs. Er gilt einmal, 30 Minuten lang.',
    sentNothing: 'Nach ein paar Minuten nichts da? Sieh beim Spam nach, oder prüf die Adresse.',
    sentAgain: 'Noch einmal schicken',
    back: 'Zurück zur Anmeldung',
    resetTitle: 'Ein neues Passwort wählen',
    resetAbout: 'Für {{login}}. Überall sonst wirst du abgemeldet, sobald es sich ändert.',
    resetSubmit: 'Passwort setzen und anmelden',
    checking: 'Dein Link wird geprüft',
    goneTitle: 'Dieser Link gilt nicht mehr',
    goneReset: 'Er wurde benutzt, ist abgelaufen oder unvollständig. Ein Link gilt einmal und 30 Minuten lang.',
    goneConfirm: 'Er wurde benutzt, ist abgelaufen oder unvollständig. Unter Konto bekommst du einen neuen.',
    again: 'Noch einen Link schicken',
    confirmTitle: 'Bestätige deine Adresse',
    confirmAbout: 'Ein Druck, und die Adresse steht an deinem Konto.',
    confirmSubmit: 'Bestätigen',
    confirmedTitle: 'Deine Adresse ist bestätigt',
    confirmedAbout: 'Sie steht ab jetzt an deinem Konto.',
    goOn: 'Weiter zu Keyway',
  },
}
