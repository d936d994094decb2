/** Stands for a field that is absent, which differs from one that is empty. */
const ABSENT = 0xffff_ffff

/**
 * Joins fields so that no two lists give the same bytes: each is preceded by its length in 4 bytes.
 * ['ab', 'c'] and ['a', 'bc'] differ; so do null and ''.
 */
export function additionalData(fields: readonly (string | number | null)[]): Buffer {
  const parts: Buffer[] = []
  for (const field of fields) {
    const bytes = Buffer.from(field === null ? '' : String(field))
    const length = Buffer.alloc(4)
    length.writeUInt32BE(field === null ? ABSENT : bytes.length)
    parts.push(length, bytes)
  }
  return Buffer.concat(parts)
}
