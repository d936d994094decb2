/** As Chromium, Firefox and Safari say it, and our bundler of a style sheet. */
const WORDS = /dynamically imported module|importing a module script failed|preload css/i

/** Did a part of the app not come that is loaded on demand? */
export const isMissingScript = (error: unknown): boolean => error instanceof Error && WORDS.test(error.message)

/** Is the server's app another one than this, whose parts it has no more? False too where it cannot be asked. */
export async function wasUpdated(): Promise<boolean> {
  try {
    const page = await fetch('/', { cache: 'no-store' })
    return page.ok && !(await page.text()).includes(new URL(import.meta.url).pathname)
  } catch {
    return false
  }
}

/**
 * Asks for a part of the app before anybody needs it. One that does not come is nobody's failure yet: whoever needs it asks
 * again, and hears of it.
 */
export function fetchAhead(part: Promise<unknown>): void {
  part.catch(() => undefined)
}
