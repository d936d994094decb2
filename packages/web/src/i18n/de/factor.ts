import type { Same } from '../areas.ts'
import type { texts as english } from '../en/factor.ts'

export const texts: Same<typeof english> = {
  factor: {
    addTitle: 'Authenticator-App hinzufügen',
    addAbout: 'Danach öffnet dein Passwort allein nichts mehr: Ein Code von deinem Telefon gehört dazu.',
    scan: 'Scanne das mit deiner Authenticator-App',
    qr: 'QR-Code für deine Authenticator-App',
    orType: 'Keine Kamera zur Hand? Tippe dies in die App. Zeitbasiert, sechs Ziffern.',
    secret: 'Geheimnis für deine Authenticator-App',
    enter: 'Gib den Code ein, den sie zeigt',
    confirm: 'Einschalten',
    codesTitle: 'Deine Ersatzcodes',
    codesAbout: 'Jeder lässt dich einmal herein, wenn dein Telefon weg ist.',
    codesOnce: 'Sie werden nur jetzt gezeigt. Bewahre sie auf, wo deine Passwörter sind, nicht auf dem Telefon selbst.',
    copyCodes: 'Codes kopieren',
    downloadCodes: 'Herunterladen',
    codesKept: 'Ich habe sie aufbewahrt',
    fileHeading: 'Keyway-Ersatzcodes für {{host}}. Jeder gilt einmal.',
    renewTitle: 'Neue Ersatzcodes anlegen?',
    renewAbout: 'Die Codes, die du aufbewahrt hast, gelten dann nicht mehr, benutzt oder nicht.',
    renew: 'Neue Codes anlegen',
    removeTitle: 'Die Authenticator-App entfernen?',
    removeAbout:
      'Danach meldet dich dein Passwort allein an. Die Ersatzcodes gelten nicht mehr, und deine anderen Sitzungen enden.',
    remove: 'Entfernen',
    removed: 'Die Authenticator-App ist entfernt',
  },
}
