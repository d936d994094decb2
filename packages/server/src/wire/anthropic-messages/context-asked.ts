/** Anthropic's betas that lengthen a context beyond what is listed for the model: `context-1m-2025-08-07`. */
const LONGER = /(?:^|[\s,])context-(\d{1,2})m-/gi

/**
 * The context that a call asks for by a beta, in tokens; 0 where it asks for none.
 * @see https://platform.claude.com/docs/en/build-with-claude/context-windows (read 2026-11-29)
 */
export function contextAsked(headers: Readonly<Record<string, string>>): number {
  let millions = 0
  for (const [, count] of (headers['anthropic-beta'] ?? '').matchAll(LONGER))
    millions = Math.max(millions, Number(count))
  return millions * 1_000_000
}
