/**
 * How the chat completions of one provider or another ask for more than one answer, for searches, sound and predictions.
 * No other format has these fields, but a provider that makes chat completions of it may act upon them all the same: on
 * a key with a cap they are what they would be there, features without a price.
 * @see wire/openai-chat/fields.ts
 */
export const FOREIGN_FEATURES = [
  'n',
  'best_of',
  'web_search_options',
  'search_parameters',
  'x_search_filter',
  'enable_search',
  'audio',
  'prediction',
] as const
