const WORDS =
  /api[ _-]?key[ _-]?(?:is )?(?:not valid|invalid|expired)|(?:incorrect|invalid|expired)[ _-](?:x-)?api[ _-]?key/i

/**
 * Whether an answer is about the key that was sent: 401, or the words of it in a 400, with which Google and xAI answer.
 * @param words the provider's code and message
 * @see https://ai.google.dev/gemini-api/docs/troubleshooting (page not opened)
 * @see https://docs.x.ai/docs/api-reference#api-key-information (400 for a wrong key) read 2026-11-29
 */
export function refusesKey(status: number, words: string): boolean {
  return status === 401 || (status === 400 && WORDS.test(words))
}
