import { KeywayError } from '../base/errors.ts'

/** Characters in a secret. The longest that providers give are JSON service accounts of about 2.5 KiB. */
export const SECRET_CHARS_MAX = 8192

const QUOTES: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  '`': '`',
  '\u201c': '\u201d',
  '\u2018': '\u2019',
}

/**
 * What a person or a file meant by a key: without the whitespace, quotes and `Bearer ` around it.
 *
 * ' "Bearer sk-abc"\n' -> 'sk-abc'
 * @param from what the text came from, for the message: 'the key', 'OPENAI_API_KEY'
 * @throws KeywayError `invalid_request` when nothing is left, or it could not stand in a header; says where, never what
 */
export function cleanSecret(text: string, from = 'the key'): string {
  if (text.length > SECRET_CHARS_MAX) {
    throw refuse(from, `is ${text.length} characters long, expected at most ${SECRET_CHARS_MAX}`)
  }
  let secret = text.trim()
  for (let before = ''; before !== secret; ) {
    before = secret
    const close = QUOTES[secret.charAt(0)]
    if (close !== undefined && secret.length > 1 && secret.endsWith(close)) secret = secret.slice(1, -1).trim()
    secret = secret.replace(/^bearer\s+/i, '')
  }
  if (secret === '' || /^bearer$/i.test(secret)) throw refuse(from, 'is empty')
  const odd = /[^\x21-\x7e]/.exec(secret)
  if (odd) {
    const kind = /\s/.test(odd[0]) ? 'a space or line break' : 'a character that is not plain ASCII'
    throw refuse(from, `holds ${kind} at position ${odd.index + 1}; expected one unbroken word`)
  }
  return secret
}

function refuse(from: string, problem: string): KeywayError {
  return new KeywayError('invalid_request', `${from} ${problem}.`, {
    fix: 'Copy the whole key from the provider\u2019s page and nothing else.',
  })
}
