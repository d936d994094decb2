import { createSecretKey, type KeyObject } from 'node:crypto'
import { RootKeyError } from './root-key-error.ts'

/** Bytes in a root key: the strength of AES-256. */
export const ROOT_KEY_BYTES = 32
/** Versions in one file: years of rotations, and few enough to derive all of them at start. */
export const VERSIONS_MAX = 64
/** Of 32 random bytes about 30 differ; fewer than 16 happen once in more than 10^12 keys. */
const DISTINCT_BYTES_MIN = 16

/** The root keys in a file, by version. New data keys are wrapped under the primary; the others still open old ones. */
export type RootKeys = { primary: number; keys: ReadonlyMap<number, KeyObject> }

/**
 * Reads the text of a root key file. Each line is `v<version>:<key>`, the key being 32 bytes in base64 or hex; the line
 * that ends in ` primary`, else the highest version, is the primary. A single key alone on its line is version 1.
 * Empty lines and lines that begin with # are skipped.
 *
 * 'v1:mJ0...=\nv2:Qf8...=\n' -> primary 2, keys 1 and 2
 * @param source what the text came from, for the message
 * @throws RootKeyError `malformed` or `weak`, naming the line and never its content
 */
export function parseRootKeys(text: string, source: string): RootKeys {
  const keys = new Map<number, KeyObject>()
  let marked: number | undefined
  const lines = text.split(/\r?\n/)
  for (const [index, raw] of lines.entries()) {
    const line = raw.trim()
    if (line === '' || line.startsWith('#')) continue
    const where = `${source} line ${index + 1}`
    const match = /^(?:v([1-9]\d{0,5}):)?([A-Za-z0-9+/]+={0,2})( +primary)?$/.exec(line)
    if (!match?.[2]) throw malformed(where, 'it is not "v<version>:<base64 or hex>"')
    const version = Number(match[1] ?? '1')
    if (keys.has(version)) throw malformed(where, `version ${version} is there twice`)
    if (match[3] !== undefined) {
      if (marked !== undefined) throw malformed(where, 'a second line is marked primary')
      marked = version
    }
    const bytes = decodeKey(match[2], where)
    refuseWeak(bytes, where)
    keys.set(version, createSecretKey(bytes))
    bytes.fill(0)
    if (keys.size > VERSIONS_MAX) throw malformed(where, `there are more than ${VERSIONS_MAX} versions`)
  }
  if (keys.size === 0) throw malformed(source, 'it holds no key')
  return { primary: marked ?? Math.max(...keys.keys()), keys }
}

/** One line of a root key file. @param bytes 32 random bytes */
export function formatRootKey(version: number, bytes: Uint8Array): string {
  return `v${version}:${Buffer.from(bytes).toString('base64')}`
}

/** Node's decoders skip what they cannot read and cut what is odd, so the text must be what its own bytes encode to. */
function decodeKey(text: string, where: string): Buffer {
  const hex = /^[0-9a-f]{64}$/i.test(text)
  const bytes = Buffer.from(text, hex ? 'hex' : 'base64')
  if (!hex && bytes.toString('base64') !== text) throw malformed(where, 'the base64 is not canonical')
  if (bytes.length !== ROOT_KEY_BYTES) {
    throw malformed(where, `the key has ${bytes.length} bytes, expected exactly ${ROOT_KEY_BYTES}`)
  }
  return bytes
}

function refuseWeak(bytes: Buffer, where: string): void {
  const steps = new Set(bytes.subarray(1).map((byte, i) => (byte - (bytes[i] ?? 0)) & 0xff))
  const printable = bytes.every((byte) => byte >= 0x20 && byte < 0x7f)
  let reason: string | undefined
  if (printable) reason = 'its bytes are text, such as a passphrase or an example'
  else if (steps.size === 1) reason = 'its bytes count up or down, or are all the same'
  else if (new Set(bytes).size < DISTINCT_BYTES_MIN) reason = 'its bytes repeat too often to be random'
  if (reason === undefined) return
  throw new RootKeyError('weak', `The root key in ${where} is not random: ${reason}.`, FIX_MAKE)
}

const FIX_MAKE = 'Make one with: printf "v1:%s\\n" "$(openssl rand -base64 32)" > root.key && chmod 400 root.key'

function malformed(where: string, problem: string): RootKeyError {
  return new RootKeyError('malformed', `The root key in ${where} cannot be used: ${problem}.`, FIX_MAKE)
}
