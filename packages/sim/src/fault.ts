import type { Json } from './json.ts'

/**
 * Something that goes wrong, once. Faults of the wire bend how a reply is delivered; `no-usage`, `usage`, `empty` and
 * `ignores-max-tokens` bend what it says.
 */
export type Fault =
  /** Takes the request and never answers. */
  | { kind: 'stall-before-headers' }
  /** Falls silent after so many events (3 when not said), or in the middle of a JSON body. */
  | { kind: 'stall-mid-stream'; afterEvents?: number }
  /** Waits between events. */
  | { kind: 'slow-events'; intervalMs?: number }
  /** Sends the body byte by byte. */
  | { kind: 'slow-drip'; intervalMs?: number }
  /** Closes the connection inside the event after so many (3), or in the middle of a JSON body. */
  | { kind: 'close-mid-event'; afterEvents?: number }
  /** Says a content-length that is off by so many bytes (+100 when not said), then closes. */
  | { kind: 'wrong-length'; difference?: number }
  /** 200, and the first event (or the whole body) is an error, as for this status (500 when not said). */
  | { kind: 'error-first'; status?: number }
  /** 200, and an error event after so many others (3), then the end without [DONE]. */
  | { kind: 'error-mid-stream'; afterEvents?: number; status?: number }
  /** An error status in the provider's own shape. */
  | { kind: 'status'; status: number; retryAfterSeconds?: number; message?: string }
  /** One event (or JSON body) of so many bytes (50 MiB). */
  | { kind: 'huge-event'; bytes?: number }
  /** Events (or white space before a JSON body) without end. */
  | { kind: 'never-ending' }
  /** `content-encoding: gzip` that nobody asked for, of so many bytes when unpacked (100 MiB). */
  | { kind: 'gzip-bomb'; bytes?: number }
  /** A redirect to another origin: the same server by its other name, unless a location is given. */
  | { kind: 'redirect'; status?: 301 | 302 | 303 | 307 | 308; location?: string }
  /** The right bytes, cut at these offsets into writes of their own. */
  | { kind: 'cut'; cuts: readonly number[] }
  /** A whole stream but for its [DONE]. */
  | { kind: 'no-done' }
  /** A body (or event) that is no JSON. */
  | { kind: 'malformed-json' }
  /** Response headers of so many bytes (20 KiB). */
  | { kind: 'huge-headers'; bytes?: number }
  /** No usage anywhere. */
  | { kind: 'no-usage' }
  /** This in the place of the usage: negative, absurd, of the wrong type. */
  | { kind: 'usage'; usage: Json }
  /** Answers longer than the request allows. */
  | { kind: 'ignores-max-tokens' }
  /** An answer with no content. */
  | { kind: 'empty' }

const NAMED: Record<string, Fault> = {
  'stall-before-headers': { kind: 'stall-before-headers' },
  'stall-mid-stream': { kind: 'stall-mid-stream' },
  'slow-events': { kind: 'slow-events' },
  'slow-drip': { kind: 'slow-drip' },
  'close-mid-event': { kind: 'close-mid-event' },
  'wrong-length': { kind: 'wrong-length' },
  'error-first': { kind: 'error-first' },
  'error-mid-stream': { kind: 'error-mid-stream' },
  'huge-event': { kind: 'huge-event' },
  'never-ending': { kind: 'never-ending' },
  'gzip-bomb': { kind: 'gzip-bomb' },
  redirect: { kind: 'redirect' },
  cut: { kind: 'cut', cuts: [1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233, 377] },
  'no-done': { kind: 'no-done' },
  'malformed-json': { kind: 'malformed-json' },
  'huge-headers': { kind: 'huge-headers' },
  'no-usage': { kind: 'no-usage' },
  'absurd-usage': { kind: 'usage', usage: { prompt_tokens: 1e15, completion_tokens: 1e15, total_tokens: 2e15 } },
  'negative-usage': { kind: 'usage', usage: { prompt_tokens: -5, completion_tokens: -7, total_tokens: -12 } },
  'ignores-max-tokens': { kind: 'ignores-max-tokens' },
  empty: { kind: 'empty' },
}

/**
 * A fault by its name, with its usual figures; three digits are an error status.
 * @example faultByName('503') // { kind: 'status', status: 503 }
 */
export function faultByName(name: string): Fault | undefined {
  if (/^[45]\d\d$/u.test(name)) {
    const status = Number(name)
    return { kind: 'status', status, ...(status === 429 || status === 503 ? { retryAfterSeconds: 1 } : {}) }
  }
  return Object.hasOwn(NAMED, name) ? NAMED[name] : undefined
}
