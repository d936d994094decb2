/** Characters of a path that somebody is led to. */
const PATH_CHARS_MAX = 300
const HOME = '/'

/** What is no page: an API, or the beginning of something that only a person may begin. */
const NO_PAGES = /^\/(?:api|v1|v1beta|connect|sign-in|metrics|health|ready)(?:[/?]|$)/

/**
 * A page of the app to lead somebody to, or the first one: never an address elsewhere.
 * '/keys?new=1' -> '/keys?new=1'; '//evil.example' and '/\evil.example' -> '/'
 */
export function ownPath(path: string | undefined): string {
  if (path === undefined || path.length > PATH_CHARS_MAX || NO_PAGES.test(path)) return HOME
  return /^\/(?!\/)[\w\-./~%:?=&+,]*$/.test(path) ? path : HOME
}
