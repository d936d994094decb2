/** Where a link may lead. Everything else (`javascript:`, `data:`, paths of this app) is shown as text. */
const SCHEMES = new Set(['http:', 'https:', 'mailto:'])

/** The address of a link that may be followed, in the browser's own spelling; undefined for one that may not. */
export function safeLink(href: string): string | undefined {
  // Without a base: what is no whole address is not one that a model can know.
  const url = URL.parse(href.trim())
  return url !== null && SCHEMES.has(url.protocol) ? url.href : undefined
}

/** The host that a web address names; undefined where it is no web address. */
export function hostOf(href: string): string | undefined {
  const url = URL.parse(href)
  return url !== null && (url.protocol === 'http:' || url.protocol === 'https:') ? url.host : undefined
}
