/** Where people come back to who did not say. */
export const SETTINGS_PATH = '/settings/models'

/** Pages of the app from which one can connect: settings, and a chat with its draft; a temporary one stays that. */
const PAGES = /^\/(?:\?temporary=true|settings(?:\/[a-z-]{1,40})?|keys|c\/[A-Za-z0-9_-]{1,64})?$/

/** A page of ours, or the settings: never an address elsewhere. '//evil.example' -> '/settings/models' */
export function safeReturnTo(path: string | undefined): string {
  return path !== undefined && PAGES.test(path) ? path : SETTINGS_PATH
}
