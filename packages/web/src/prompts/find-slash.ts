/** A slash and what follows it, in a text that is being written. */
export type Slash = {
  /** Where the slash is. */
  from: number
  /** Behind the last letter: the caret. */
  to: number
  /** Without the slash. */
  slug: string
}

/** The beginning of a prompt's name at the caret, after a slash that begins the text or follows a white space. */
export function findSlash(text: string, caret: number): Slash | undefined {
  const [, slug] = /(?:^|\s)\/([a-z0-9-]{0,64})$/.exec(text.slice(Math.max(0, caret - 66), caret)) ?? []
  if (slug === undefined) return undefined
  // A path or an address is no prompt's name.
  if (/^[\w/]/.test(text.slice(caret))) return undefined
  return { from: caret - slug.length - 1, to: caret, slug }
}
