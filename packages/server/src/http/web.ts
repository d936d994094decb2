import { randomBytes } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { KeywayError } from '../base/errors.ts'
import { pageOrigin } from './app/page-origin.ts'
import { pageHeaders } from './app/security-headers.ts'
import type { Edge } from './edge.ts'

/** The web app as it was built: its page, and its files by their address. */
export type WebApp = {
  /** index.html, with {@link NONCE_PLACEHOLDER} where each answer gets a nonce of its own. */
  index: string
  /** auth.html, likewise: the page on which a person decides what an app gets; undefined where it is not built. */
  auth: string | undefined
  /** '/assets/index-B1c2.js' -> where it lies. Only what was there at the start: no path of a request is ever opened. */
  files: ReadonlyMap<string, string>
  /** A file's bytes, read and compressed once. */
  read: ReadFile
}

/** The same as in packages/web/nonce-placeholder.ts; a test of the built page keeps the two in step. */
export const NONCE_PLACEHOLDER = '__KEYWAY_NONCE__'

/** Random bytes of a nonce. 16 as CSP level 3 asks (128 bits). */
const NONCE_BYTES = 16

/** Names under assets/ carry a hash of their content. One year, the longest that caches honour; in seconds. */
const IMMUTABLE = 'public, max-age=31536000, immutable'
/** Mark and manifest keep their names from release to release. One hour, in seconds. */
const SHORT = 'public, max-age=3600'

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
  '.ttf': 'font/ttf',
  '.png': 'image/png',
}
const COMPRESSIBLE = new Set(['.css', '.js', '.svg', '.webmanifest'])

/** Brotli's best takes seconds for a large script; 9 is within a few per cent of it. */
const BROTLI_QUALITY = 9

/** Where the app never is: what is not there is said in JSON. */
const NOT_THE_APP =
  /^\/(?:api|v1|v1beta|oauth|auth|connect|\.well-known|health|ready|metrics|openapi\.json|docs|assets)(?:\/|$)/

/** Reads a built web app's folder. @returns undefined where there is none */
export async function loadWebApp(folder: string): Promise<WebApp | undefined> {
  let index: string
  try {
    index = await readFile(join(folder, 'index.html'), 'utf8')
  } catch (error) {
    return absent(error)
  }
  const files = new Map<string, string>()
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name)
    const address = file.slice(folder.length).replaceAll('\\', '/').replace(/^\/?/, '/')
    // The build's own notes (.vite/) are not for serving.
    if (entry.isFile() && extname(file) in TYPES && !address.startsWith('/.')) files.set(address, file)
  }
  const auth = await readFile(join(folder, 'auth.html'), 'utf8').catch(absent)
  return { index, auth, files, read: createFileCache() }
}

/** It may well not have been built; anything else is worth a failed start. */
function absent(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
  throw error
}

/**
 * Answers with one of the app's files, or with its page where a browser asks for one: GET, HTML wanted, no API's path and
 * no file's. For requests that no route takes.
 * @returns false where it is neither, or the app is not built
 */
export function answersFromWeb(request: FastifyRequest, reply: FastifyReply, edge: Edge): boolean {
  const path = request.url.split('?')[0] ?? ''
  if (edge.web === undefined || (request.method !== 'GET' && request.method !== 'HEAD')) return false
  const page = path === '/' || request.headers.accept?.includes('text/html') === true
  const file = edge.web.files.get(path)
  if (file !== undefined) {
    const encoding = COMPRESSIBLE.has(extname(file)) ? chosenEncoding(request.headers['accept-encoding']) : 'identity'
    edge.web.read(file, encoding).then(
      (bytes) => reply.headers(fileHeaders(path, encoding)).send(bytes),
      (error: unknown) => reply.send(error),
    )
    return true
  }
  if (NOT_THE_APP.test(path) || extname(path) !== '') return false
  if (!page) return false
  if (refusesName(request, reply, edge) || sendsToName(request, reply, edge)) return true
  const nonce = randomBytes(NONCE_BYTES).toString('base64')
  reply
    .headers({ ...pageHeaders(edge.publicUrl(), nonce), 'content-type': 'text/html; charset=utf-8' })
    .send(edge.web.index.replaceAll(NONCE_PLACEHOLDER, nonce))
  return true
}

function fileHeaders(address: string, encoding: Encoding): Record<string, string> {
  return {
    'content-type': TYPES[extname(address)] ?? 'application/octet-stream',
    'cache-control': address.startsWith('/assets/') ? IMMUTABLE : SHORT,
    'cross-origin-resource-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
    vary: 'accept-encoding',
    ...(encoding === 'identity' ? {} : { 'content-encoding': encoding }),
  }
}

/**
 * Refuses the app under a name that is not this server's: a foreign one may have been pointed at this machine, and the page
 * would be that site's own.
 * @returns whether it was so
 */
export function refusesName(request: FastifyRequest, reply: FastifyReply, edge: Edge): boolean {
  const place = { publicUrl: edge.publicUrl(), bind: edge.app.bind }
  if (pageOrigin(request.headers.host ?? '', place) !== undefined) return false
  reply.send(new KeywayError('origin_forbidden', 'The Host header is not an address of this Keyway.'))
  return true
}

/** Passkeys and cookies are bound to a name: whoever comes by 127.0.0.1 is sent to localhost. @returns whether it was so */
export function sendsToName(request: FastifyRequest, reply: FastifyReply, edge: Edge): boolean {
  const host = request.headers.host ?? ''
  const publicUrl = edge.publicUrl()
  if (!/^(?:127\.0\.0\.1|\[::1\])(?::\d+)?$/.test(host) || !/^https?:\/\/localhost\b/.test(publicUrl)) return false
  reply.redirect(`${publicUrl}${request.url}`, 303)
  return true
}

type Encoding = 'br' | 'gzip' | 'identity'
type ReadFile = (file: string, encoding: Encoding) => Promise<Buffer>

function chosenEncoding(accepted: string | undefined): Encoding {
  if (/\bbr\b(?!;\s*q=0(?:\.0*)?(?:,|$))/.test(accepted ?? '')) return 'br'
  return /\bgzip\b(?!;\s*q=0(?:\.0*)?(?:,|$))/.test(accepted ?? '') ? 'gzip' : 'identity'
}

const brotli = promisify(brotliCompress)
const zip = promisify(gzip)

/** Reads and compresses each file once, when it is first asked for. Bounded by the number of files that were built. */
function createFileCache(): ReadFile {
  const cache = new Map<string, Promise<Buffer>>()
  return (file, encoding) => {
    const name = `${encoding} ${file}`
    const present = cache.get(name)
    if (present !== undefined) return present
    const made = encode(file, encoding)
    cache.set(name, made)
    made.catch(() => cache.delete(name))
    return made
  }
}

async function encode(file: string, encoding: Encoding): Promise<Buffer> {
  let bytes: Buffer
  try {
    bytes = await readFile(file)
  } catch (cause) {
    throw new KeywayError('not_found', 'The web app was built anew; reload the page.', { cause })
  }
  if (encoding === 'br') return brotli(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } })
  return encoding === 'gzip' ? zip(bytes) : bytes
}
