/** As the server has it. */
export const SLUG_CHARACTERS_MAX = 60

/** What is typed after the slash for a title: 'Review a PR' -> 'review-a-pr'. */
export function slugOf(title: string): string {
  return title
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, SLUG_CHARACTERS_MAX)
    .replace(/^-|-$/g, '')
}

/** Lower case, digits and '-', with no '-' at either end. */
export const isSlug = (text: string): boolean => /^[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?$/.test(text)
