/** A number of tokens, short: 128000 -> '128K', 1048576 -> '1M'. */
export function formatTokens(tokens: number, language: string): string {
  return new Intl.NumberFormat(language, { notation: 'compact', maximumFractionDigits: tokens < 10_000_000 ? 1 : 0 })
    .format(tokens)
    .replace(/\s/g, '\u00a0')
}
