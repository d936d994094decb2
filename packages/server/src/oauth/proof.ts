import { createHash } from 'node:crypto'
import { badProof, readProof } from './proof-form.ts'

/** How far from our clock a proof may have been made, either way. */
const SKEW_MS = 60_000

/** The request that a proof has to be of. */
export type ProvedRequest = {
  method: string
  /** The target as it came: a path, perhaps with a query. */
  target: string
  /** Without a trailing slash: the one address that proofs name, whatever the request's Host says. */
  publicUrl: string
  now: number
  /** The key that is sent along; null where one is only being fetched. */
  key: string | null
}

/** A proof that is true of a request, and may have been shown before. */
export type ShownProof = {
  thumbprint: string
  id: string
  /** Until when it would be taken, by our clock. */
  until: number
}

/**
 * Checks that a proof was made for this very request, about now.
 * @throws KeywayError `proof_invalid`
 * @see https://www.rfc-editor.org/rfc/rfc9449#section-4.3
 */
export function checkProof(text: string, of: ProvedRequest): ShownProof {
  const { thumbprint, claims } = readProof(text)
  const { jti, htm, htu, iat, ath, exp, nbf } = claims
  if (htm !== of.method) throw badProof(`is for another method: "htm" is to be ${of.method}`)
  if (!isAddressOf(htu, of)) throw badProof(`is for another address: "htu" is to be ${shownAddress(of)}`)
  if (Math.abs(of.now - iat * 1_000) > SKEW_MS) {
    throw badProof(`was not made about now: "iat" is to be within ${SKEW_MS / 1_000} seconds of this server's clock`)
  }
  if ((exp !== undefined && exp * 1_000 <= of.now) || (nbf !== undefined && nbf * 1_000 - SKEW_MS > of.now)) {
    throw badProof('is not good now, by its own "exp" or "nbf"')
  }
  if (of.key !== null && ath !== hashOf(of.key)) {
    throw badProof('is for another key: "ath" is to be the SHA-256 of the key that is sent, in base64url')
  }
  return { thumbprint, id: jti, until: Math.floor(iat * 1_000) + SKEW_MS }
}

/**
 * Compared as addresses and not as texts, so that a capital or a default port does no harm. The target itself must be in
 * its plain form: what is found by one path is not to be had by the proof of another that reads alike.
 */
function isAddressOf(htu: string, { publicUrl, target }: ProvedRequest): boolean {
  const path = pathOf(target)
  // A parser of addresses would pass over spaces, turn backslashes and drop an empty query.
  if (!/^[\x21-\x7e]+$/.test(htu) || /[?#\\]/.test(htu) || !URL.canParse(htu)) return false
  const address = new URL(`${publicUrl}${path}`)
  return address.href === `${publicUrl}${path}` && new URL(htu).href === address.href
}

function pathOf(target: string): string {
  return target.split('?', 1)[0] ?? ''
}

function shownAddress({ publicUrl, target }: ProvedRequest): string {
  return `${publicUrl}${pathOf(target).slice(0, 200)}`
}

function hashOf(key: string): string {
  return createHash('sha256').update(key).digest('base64url')
}
