/** Block of 64 bytes, state of eight 32-bit words, 64 rounds. @see https://doi.org/10.6028/NIST.FIPS.180-4 section 6.2 */
const BLOCK_BYTES = 64
const LENGTH_BYTES = 8
const ROUNDS = 64
const WORDS = 8

/**
 * SHA-256 of bytes, for where `crypto.subtle` is missing: browsers have it on https and this machine alone. Not for
 * secrets that somebody else could time: a verifier is hashed once, by whoever made it.
 */
export function sha256(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const padded = new Uint8Array(Math.ceil((bytes.length + 1 + LENGTH_BYTES) / BLOCK_BYTES) * BLOCK_BYTES)
  padded.set(bytes)
  padded[bytes.length] = 0x80
  const view = new DataView(padded.buffer)
  // The length in bits, as 64 bits.
  view.setUint32(padded.length - 8, Math.floor(bytes.length / 0x2000_0000))
  view.setUint32(padded.length - 4, bytes.length << 3)

  const primes = firstPrimes(ROUNDS)
  const constants = Int32Array.from(primes, (prime) => fraction(Math.cbrt(prime)))
  const state = Int32Array.from(primes.slice(0, WORDS), (prime) => fraction(Math.sqrt(prime)))
  for (let at = 0; at < padded.length; at += BLOCK_BYTES) addBlock(state, constants, new DataView(padded.buffer, at))

  const digest = new DataView(new ArrayBuffer(WORDS * 4))
  state.forEach((word, i) => {
    digest.setInt32(i * 4, word)
  })
  return new Uint8Array(digest.buffer)
}

function addBlock(state: Int32Array, constants: Int32Array, block: DataView): void {
  const schedule = new Int32Array(ROUNDS)
  const word = (i: number) => schedule[i] ?? 0
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state
  for (let i = 0; i < ROUNDS; i++) {
    const [w15, w2] = [word(i - 15), word(i - 2)]
    const s0 = turn(w15, 7) ^ turn(w15, 18) ^ (w15 >>> 3)
    const s1 = turn(w2, 17) ^ turn(w2, 19) ^ (w2 >>> 10)
    schedule[i] = i < 16 ? block.getInt32(i * 4) : word(i - 16) + s0 + word(i - 7) + s1
    const sum1 = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)
    const one = (h + sum1 + ((e & f) ^ (~e & g)) + (constants[i] ?? 0) + word(i)) | 0
    const sum0 = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)
    const two = (sum0 + ((a & b) ^ (a & c) ^ (b & c))) | 0
    ;[h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0]
  }
  const ends = [a, b, c, d, e, f, g, h]
  state.forEach((before, i) => {
    state[i] = before + (ends[i] ?? 0)
  })
}

/** A 32-bit word turned right. */
const turn = (word: number, by: number) => (word >>> by) | (word << (32 - by))

/** The first 32 bits behind the point: sections 4.2.2 and 5.3.3 make all constants so. */
const fraction = (root: number) => ((root - Math.floor(root)) * 0x1_0000_0000) | 0

function firstPrimes(count: number): number[] {
  const primes: number[] = []
  for (let n = 2; primes.length < count; n++) if (primes.every((prime) => n % prime !== 0)) primes.push(n)
  return primes
}
