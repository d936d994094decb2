/**
 * Asks once more for the app's style where it did not come, as when a proxy hung up or the server was just restarting.
 * Without it a window over the page lies below what keeps the page from being pressed.
 */
export function fetchMissingStyle(): void {
  // Not by the link: a browser may give one that failed an empty sheet.
  if (getComputedStyle(document.documentElement).getPropertyValue('--canvas') !== '') return
  for (const link of document.querySelectorAll('link[rel="stylesheet"]')) link.replaceWith(link.cloneNode())
}
