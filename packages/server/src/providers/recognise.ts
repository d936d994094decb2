import type { Provider } from './provider.ts'

/**
 * The provider whose keys begin as this one does; the longest beginning wins. 'sk-or-v1-...' -> openrouter, 'sk-...' ->
 * openai. Nothing for a key that begins like no provider's.
 *
 * An error message must not repeat the key: this takes it and gives only the row.
 */
export function recogniseKey(secret: string, providers: readonly Provider[]): Provider | undefined {
  let found: Provider | undefined
  let longest = 0
  for (const provider of providers) {
    for (const prefix of provider.keyPrefixes) {
      if (prefix.length > longest && secret.startsWith(prefix)) {
        found = provider
        longest = prefix.length
      }
    }
  }
  return found
}
