/**
 * What the browser door needs of the page that it runs in; `window` has it all. A flow waits in the tab's own storage, which
 * binds its answer to the browser that began (RFC 6749 section 10.12).
 * @see https://html.spec.whatwg.org/multipage/webstorage.html#the-sessionstorage-attribute
 */
export type ConnectPage = {
  location: { readonly href: string; assign(url: string): void }
  history: { readonly state: unknown; replaceState(state: unknown, unused: string, url: string): void }
  sessionStorage: {
    readonly length: number
    key(index: number): string | null
    getItem(name: string): string | null
    setItem(name: string, value: string): void
    removeItem(name: string): void
  }
}

// Declared here, as this file's alone: the package is checked without the browser's own types.
declare const window: ConnectPage

/** The page that this runs in. @throws ReferenceError where there is none */
export function currentPage(): ConnectPage {
  return window
}
