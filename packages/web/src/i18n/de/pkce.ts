import type { Same } from '../areas.ts'
import type { texts as english } from '../en/pkce.ts'

export const texts: Same<typeof english> = {
  pkce: {
    title: 'PKCE-Paare',
    about:
      'Für alle, die einen Client selbst schreiben oder reparieren. Gerechnet wird in dieser Seite; nichts wird gesendet oder behalten.',
    verifier: 'Verifier',
    verifierHint: 'Für jeden Ablauf neu, und bis zum Einlösen geheim.',
    verifierWrong: '43 bis 128 Zeichen: Buchstaben, Ziffern, „-“, „.“, „_“ und „~“ (RFC 7636, Abschnitt 4.1).',
    fresh: 'Neues Paar erzeugen',
    challenge: 'Seine S256-Challenge',
    copy: 'Challenge kopieren',
    check: 'Challenge prüfen',
    checkHint: 'Die aus der Adresse, als code_challenge.',
    together: 'Sie gehören zusammen.',
    apart: 'Sie gehören nicht zusammen.',
    apartAbout: 'Die Challenge ist die eines anderen Verifiers, oder es wurde etwas anderes als seine Zeichen gehasht.',
    plain: 'Das ist der Verifier selbst: die Methode „plain“. Sende stattdessen seine S256-Challenge.',
    padded: '„+“, „/“ und „=“ sind base64. Eine Challenge ist base64url ohne Auffüllung.',
    short: 'Eine S256-Challenge hat 43 Zeichen.',
  },
}
