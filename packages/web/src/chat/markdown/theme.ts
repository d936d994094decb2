import type { ThemeRegistrationRaw } from 'shiki/core'

const rule = (colour: string, ...scope: string[]) => ({ scope, settings: { foreground: `var(--code-${colour})` } })

/** Our colours for code: few, and each says something. Their values are in prose.css, for dark and light. */
export const CODE_THEME: ThemeRegistrationRaw = {
  name: 'keyway',
  type: 'dark',
  fg: 'var(--code-ink)',
  bg: 'transparent',
  settings: [
    rule('comment', 'comment', 'punctuation.definition.comment'),
    rule('string', 'string', 'markup.inline.raw', 'constant.other.symbol'),
    rule('number', 'constant.numeric', 'constant.language', 'constant.character', 'keyword.other.unit'),
    rule(
      'keyword',
      'keyword',
      'storage.type',
      'storage.modifier',
      'variable.language',
      'punctuation.definition.heading',
    ),
    rule('ink', 'keyword.operator', 'storage.type.function.arrow'),
    rule(
      'name',
      'entity.name.function',
      'support.function',
      'meta.function-call.generic',
      'entity.other.attribute-name',
    ),
    rule(
      'type',
      'entity.name.type',
      'entity.name.class',
      'support.type',
      'support.class',
      'entity.name.tag',
      'entity.name.section',
    ),
    rule('added', 'markup.inserted', 'punctuation.definition.inserted'),
    rule('removed', 'markup.deleted', 'punctuation.definition.deleted'),
  ],
}
