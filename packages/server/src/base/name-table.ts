/**
 * Names that a reader recognises without making a string of each name it meets.
 * Names are ASCII; they are compared after unescaping, so that `"mod\u0065l"` is found as `model`.
 */
export class NameTable {
  readonly #byLength: { name: string; bytes: Uint8Array }[][] = []
  readonly #byText = new Map<string, string>()

  constructor(names: Iterable<string>) {
    for (const name of names) {
      const row = this.#byLength[name.length] ?? []
      row.push({ name, bytes: Buffer.from(name, 'latin1') })
      this.#byLength[name.length] = row
      this.#byText.set(name, name)
    }
  }

  findBytes(bytes: Uint8Array, start: number, end: number): string | undefined {
    const length = end - start
    const row = this.#byLength[length]
    if (row === undefined) return undefined
    for (let at = 0; at < row.length; at++) {
      const entry = row[at]
      if (entry === undefined) break
      let same = 0
      while (same < length && entry.bytes[same] === bytes[start + same]) same++
      if (same === length) return entry.name
    }
    return undefined
  }

  findText(name: string): string | undefined {
    return this.#byText.get(name)
  }
}
