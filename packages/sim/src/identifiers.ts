import { createHash } from 'node:crypto'

/** Every simulated answer says it was made at this Unix second (2026-01-01), so that the same calls give the same bytes. */
export const CREATED_UNIX_S = 1_767_225_600

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** Makes the identifiers of one answer: different for every answer, the same for the same seed and order. */
export type Identifiers = {
  /** `length` letters and digits; `purpose` tells the identifiers of one answer apart. */
  letters(purpose: string, length: number): string
  /** A UUID. */
  uuid(purpose: string): string
}

/** The identifiers of the `call`-th answer of a simulation. */
export function identifiersOf(seed: number, call: number): Identifiers {
  const digest = (purpose: string): Buffer => createHash('sha512').update(`${seed}/${call}/${purpose}`).digest()
  return {
    letters(purpose, length) {
      let text = ''
      for (const byte of digest(purpose).subarray(0, length)) text += ALPHABET.charAt(byte % ALPHABET.length)
      return text
    },
    uuid(purpose) {
      const hex = digest(purpose).toString('hex')
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
    },
  }
}
