import { randomBytes } from 'node:crypto'

/** A word that stands nowhere unless somebody let it out. */
export type Canary = { name: string; bytes: Buffer; forms: ReadonlyMap<string, Buffer> }

/** Characters of a canary that a piece of it must have to count: fewer can be chance, or the hint that people are shown. */
const PIECE = 12

/** Random text that can be told from everything else. @param prefix what stands before it, such as 'sk-proj-' */
export function canaryText(prefix = ''): string {
  return `${prefix}${randomBytes(24).toString('hex')}`
}

/**
 * Makes a canary of a text or of raw bytes.
 * @param as 'random': any {@link PIECE} characters in a row count too; 'fixed': only the whole
 */
export function makeCanary(name: string, content: string | Buffer, as: 'random' | 'fixed' = 'fixed'): Canary {
  const bytes = Buffer.from(content)
  const forms = new Map<string, Buffer>([['plain', bytes]])
  const text = bytes.toString('utf8')
  const add = (form: string, value: string) => forms.set(form, Buffer.from(value))
  add('hex', bytes.toString('hex'))
  add('upper-case hex', bytes.toString('hex').toUpperCase())
  if (typeof content === 'string') add('URL-encoded', encodeURIComponent(text))
  // Inside a longer text its base64 depends on where it begins; the characters at both ends depend on the neighbours.
  for (const offset of [0, 1, 2]) {
    const shifted = Buffer.concat([Buffer.alloc(offset), bytes])
    const core = shifted.toString('base64').replace(/=+$/, '').slice(4, -4)
    add(`base64, offset ${offset}`, core)
    add(`base64url, offset ${offset}`, core.replaceAll('+', '-').replaceAll('/', '_'))
  }
  if (as === 'random') {
    for (let at = Math.max(0, text.length - 48); at + PIECE <= text.length - 4; at++) {
      add(`a piece from ${at}`, text.slice(at, at + PIECE))
    }
  }
  return { name, bytes, forms }
}

/** Where canaries were found: '<name> (<form>) in <place>'. */
export function findCanaries(canaries: readonly Canary[], places: ReadonlyMap<string, Buffer>): string[] {
  const found: string[] = []
  for (const [place, content] of places) {
    for (const { name, forms } of canaries) {
      for (const [form, bytes] of forms) {
        const at = content.indexOf(bytes)
        if (at === -1) continue
        const around = content
          .subarray(Math.max(0, at - 80), at)
          .toString('latin1')
          .replaceAll(/\s+/g, ' ')
        found.push(`${name} (${form}) in ${place}, after: ${around}`)
        break
      }
    }
  }
  return found
}
