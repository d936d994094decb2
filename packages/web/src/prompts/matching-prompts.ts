import type { Prompt } from '@keyway/contract'

/** The prompts that a beginning of a name leads to: first those whose slug begins so, then those with it in slug or title. */
export function matchingPrompts(prompts: readonly Prompt[], slug: string): Prompt[] {
  const rank = (prompt: Prompt) => {
    if (prompt.slug.startsWith(slug)) return 0
    return prompt.slug.includes(slug) || prompt.title.toLowerCase().includes(slug) ? 1 : 2
  }
  return prompts
    .map((prompt) => ({ prompt, rank: rank(prompt) }))
    .filter(({ rank }) => rank < 2)
    .sort((a, b) => a.rank - b.rank)
    .map(({ prompt }) => prompt)
}
