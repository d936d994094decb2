import type { ProviderInfo } from '@keyway/contract'

/** A pasted key without what often comes along: spaces, quotes, 'Bearer ', an assignment's left side. */
export function stripSecret(pasted: string): string {
  return pasted
    .trim()
    .replace(/^(?:export\s+)?[A-Z][A-Z0-9_]*=/, '')
    .replace(/^['"`]|['"`]$/g, '')
    .replace(/^Bearer\s+/i, '')
    .trim()
}

/** Whose key it is, by the longest matching beginning; undefined where none matches. */
export function recogniseProvider(pasted: string, providers: readonly ProviderInfo[]): ProviderInfo | undefined {
  const secret = stripSecret(pasted)
  let best: { provider: ProviderInfo; length: number } | undefined
  for (const provider of providers) {
    for (const prefix of provider.key_prefixes) {
      if (secret.startsWith(prefix) && prefix.length > (best?.length ?? 0)) best = { provider, length: prefix.length }
    }
  }
  return best?.provider
}
