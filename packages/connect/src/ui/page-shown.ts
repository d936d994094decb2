type Page = {
  addEventListener(type: 'pageshow', listener: () => void): void
  removeEventListener(type: 'pageshow', listener: () => void): void
}

declare const window: Page

/** Tells when the browser shows the page again that it kept (back-forward cache). @returns stops telling */
export function whenShown(listener: () => void): () => void {
  window.addEventListener('pageshow', listener)
  return () => window.removeEventListener('pageshow', listener)
}
