/**
 * Leaves for the sign-in page with a whole new page: nothing of the person stays in this one's memory, and nothing that is
 * still shown asks who they are. Never resolves; what waits for it stays busy until the page is gone.
 */
export function leave(why: 'signed_out' | 'deleted'): Promise<never> {
  location.replace(`/sign-in?${why}=true`)
  return new Promise(() => undefined)
}
