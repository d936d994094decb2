import { KeywayError } from '../../base/errors.ts'
import type { Dispatch } from '../../net/request.ts'
import { askSite } from '../ask-site.ts'
import { wholeBody } from '../whole-body.ts'
import { NoPicture } from './no-picture.ts'
import { redraw } from './redraw.ts'

/** Bytes of a logo as it comes. */
const LOGO_BYTES_MAX = 256 * 1024
/** A person waits for the page, and would rather have it without a logo than later. Milliseconds. */
const LOGO_MS = 2_000
/** Logos that are asked for at once, 256 KB each; whoever comes then has none. A crowd is not to take the memory. */
const FETCHED_AT_ONCE = 64
/** Logos that are drawn at once, 5 MB each; whoever comes then has none. */
const DRAWN_AT_ONCE = 4
const ADDRESS_CHARACTERS_MAX = 500

/** Gives the logo at an address as a small PNG that we drew; null where there is none, or none that we draw. */
export type Logos = (address: string, until: AbortSignal) => Promise<Uint8Array | null>

/**
 * The address of a logo, as a description names it: at the description's own origin, in its plain form; else null.
 * @param named whatever stands there
 */
export function logoAddress(named: unknown, clientId: string): string | null {
  if (typeof named !== 'string' || named.length > ADDRESS_CHARACTERS_MAX || !URL.canParse(named)) return null
  const url = new URL(named)
  const plain = url.href === named && url.username === '' && url.password === '' && !named.includes('#')
  return plain && url.protocol === 'https:' && url.origin === new URL(clientId).origin ? named : null
}

/** Fetches and draws logos. @param of.waitMs how long the site has */
export function createLogos({ dispatch, waitMs = LOGO_MS }: { dispatch: Dispatch; waitMs?: number }): Logos {
  const fetchOne = fewAtOnce(FETCHED_AT_ONCE, (address: string, signal: AbortSignal) =>
    fetchLogo(dispatch, address, { signal, waitMs }),
  )
  const drawOne = fewAtOnce(DRAWN_AT_ONCE, draw)
  return async (address, until) => {
    const bytes = await fetchOne(address, AbortSignal.any([until, AbortSignal.timeout(waitMs)]))
    return bytes === null ? null : drawOne(bytes)
  }
}

/** The same act for as many at once; null for whoever comes beyond. */
function fewAtOnce<Given extends unknown[], Made>(
  most: number,
  act: (...given: Given) => Promise<Made | null>,
): (...given: Given) => Promise<Made | null> {
  let running = 0
  return async (...given) => {
    if (running === most) return null
    running += 1
    try {
      return await act(...given)
    } finally {
      running -= 1
    }
  }
}

async function draw(bytes: Uint8Array): Promise<Uint8Array | null> {
  try {
    return await redraw(bytes)
  } catch (error) {
    if (error instanceof NoPicture) return null
    throw error
  }
}

/** By its bytes alone: what a site says that they are is not asked. */
async function fetchLogo(
  dispatch: Dispatch,
  url: string,
  { signal, waitMs }: { signal: AbortSignal; waitMs: number },
): Promise<Uint8Array | null> {
  try {
    const response = await askSite(dispatch, url, { accept: 'image/png', signal, waitMs })
    if (response.status === 200) return await wholeBody(response, LOGO_BYTES_MAX)
    response.body.destroy()
    return null
  } catch (error) {
    // The site's failure is no reason to keep anybody waiting; our own is told.
    if (error instanceof KeywayError || signal.aborted) return null
    throw error
  }
}
