/**
 * Leaves for the sign-in page with a whole new page: nothing of the person stays in this one's memory, and nothing that is
 * still shown asks who they are. Never resolves; what waits for it stays busy until the page is gone.
 */
export function leave(why: 'signed_out' | 'deleted'): Promise<never> {
  location.replace(`/sign-in?${why}=true`)
  return new Promise(() => undefined)
}

/** The sign-in page, and from there back to where one is. */
export function signInAddress(): string {
  return `/sign-in?return_to=${encodeURIComponent(location.pathname + location.search)}`
}

/** Leaves for it with a whole new page, as above. */
export function signInAgain(): void {
  location.replace(signInAddress())
}
