/**
 * The field `fallbacks` has two owners. OpenRouter's is a list of other models, `[{"model":"author/slug"}]`, to be tried
 * when one fails: that is what we do ourselves. Anthropic's, a beta, names its own models without a slash (or says
 * `"default"`, or sets more than the model) to be asked when the first declines: only Anthropic can do that.
 * @see https://openrouter.ai/docs/guides/routing/model-fallbacks (read 2026-11-29)
 * @see https://platform.claude.com/docs/en/build-with-claude/refusals-and-fallback (read 2026-11-29)
 * @returns the models of OpenRouter's kind; undefined when the field is Anthropic's
 */
export function readFallbacks(value: unknown): string[] | undefined {
  if (!Array.isArray(value)) return undefined
  const models: string[] = []
  for (const entry of value) {
    const only = typeof entry === 'object' && entry !== null && Object.keys(entry).length === 1
    const model: unknown = only && 'model' in entry ? entry.model : undefined
    if (typeof model !== 'string' || !model.includes('/')) return undefined
    models.push(model)
  }
  return models
}
