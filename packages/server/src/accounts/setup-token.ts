import { hash } from 'node:crypto'

/** 62^43 is just above 2^256. */
export const SETUP_TOKEN_CHARS = 43

/** How a setup token is kept and looked up; undefined for what cannot be one. */
export function setupTokenHash(token: string): string | undefined {
  const wellFormed = token.length === SETUP_TOKEN_CHARS && /^[0-9A-Za-z]+$/.test(token)
  return wellFormed ? hash('sha256', token, 'hex') : undefined
}
