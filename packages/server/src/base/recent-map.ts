/**
 * A map that keeps about the `limit` most recently used entries. Two generations: a hit in the younger one costs one
 * look-up and moves nothing, which an ordinary least-recently-used list would do at every call.
 */
export class RecentMap<K, V> {
  readonly #half: number
  #young = new Map<K, V>()
  #old = new Map<K, V>()

  /** @param limit entries, 2 or more; never exceeded */
  constructor(limit: number) {
    this.#half = Math.max(1, Math.floor(limit / 2))
  }

  get size(): number {
    return this.#young.size + this.#old.size
  }

  get(key: K): V | undefined {
    const found = this.#young.get(key)
    if (found !== undefined) return found
    const aged = this.#old.get(key)
    if (aged !== undefined) this.set(key, aged)
    return aged
  }

  set(key: K, value: V): void {
    this.#old.delete(key)
    if (this.#young.size >= this.#half && !this.#young.has(key)) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#young.set(key, value)
  }

  delete(key: K): void {
    this.#young.delete(key)
    this.#old.delete(key)
  }

  /** Removes every entry that the test picks. */
  deleteWhere(picked: (value: V, key: K) => boolean): void {
    for (const map of [this.#young, this.#old]) {
      for (const [key, value] of map) if (picked(value, key)) map.delete(key)
    }
  }

  clear(): void {
    this.#young.clear()
    this.#old.clear()
  }
}
