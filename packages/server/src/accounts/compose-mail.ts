import { randomUUID } from 'node:crypto'

/** A mail before it is lines. */
export type Letter = { to: string; subject: string; text: string }

/** Bytes of base64 in a line: 76 characters. @see https://www.rfc-editor.org/rfc/rfc2045#section-6.8 */
const LINE_CHARS = 76
/** Bytes in one encoded word: with the header's name before it the line stays under 78 characters. */
const WORD_BYTES = 42

/**
 * A letter as a mail server takes it: plain text in UTF-8, no picture and nothing that tells whether it was read.
 * @param from.address checked by the configuration
 */
export function composeMail(
  { to, subject, text }: Letter,
  { from, at }: { from: { name: string; address: string }; at: number },
): string {
  const domain = from.address.slice(from.address.indexOf('@') + 1)
  const body = Buffer.from(text.replace(/\r?\n/g, '\r\n')).toString('base64')
  return [
    `From: ${encodedWords(from.name)} <${from.address}>`,
    `To: <${to}>`,
    `Subject: ${encodedWords(subject)}`,
    `Date: ${new Date(at).toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <${randomUUID()}@${domain}>`,
    // So that no machine answers it.
    'Auto-Submitted: auto-generated',
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: base64',
    '',
    ...(body.match(new RegExp(`.{1,${LINE_CHARS}}`, 'g')) ?? []),
  ].join('\r\n')
}

/** Encoded whatever it holds: a name or subject can begin no header of its own. @see https://www.rfc-editor.org/rfc/rfc2047 */
function encodedWords(text: string): string {
  const words: string[] = []
  let word = ''
  for (const character of text) {
    if (Buffer.byteLength(word + character) > WORD_BYTES) {
      words.push(word)
      word = ''
    }
    word += character
  }
  words.push(word)
  return words.map((one) => `=?utf-8?B?${Buffer.from(one).toString('base64')}?=`).join('\r\n ')
}
