import type { AuthRequest } from '../store/oauth-records.ts'

/** UTF-16 units in a key's name, as the keys' room counts. */
const NAME_MAX = 100

/** The name of an app's key: as the app proposes, else where the app is. */
export function keyNameOf({ keyLabel, callbackUrl }: Pick<AuthRequest, 'keyLabel' | 'callbackUrl'>): string {
  let name = keyLabel ?? (callbackUrl === null ? 'Copied code' : new URL(callbackUrl).host)
  // Never in the middle of a letter.
  while (name.length > NAME_MAX) name = [...name].slice(0, -1).join('')
  return name
}
