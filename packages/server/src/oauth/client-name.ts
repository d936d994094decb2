import { KeywayError } from '../base/errors.ts'

/** Characters of an app's name; a page has room for no more beside the address. */
const NAME_CHARACTERS_MAX = 60
/** Words of ours, or of trust that nobody gave. */
const RESERVED = /keyway|admin|official|verified|trusted|security|system/
/** Letters and digits that pass for others, as far as the words above need them. */
const ALIKE: Readonly<Record<string, string>> = {
  0: 'o',
  1: 'l',
  3: 'e',
  4: 'a',
  5: 's',
  '@': 'a',
  $: 's',
  '!': 'i',
  а: 'a',
  е: 'e',
  і: 'i',
  к: 'k',
  м: 'm',
  о: 'o',
  р: 'p',
  с: 'c',
  ѕ: 's',
  т: 't',
  у: 'y',
  ԝ: 'w',
  ѵ: 'v',
  ԁ: 'd',
  һ: 'h',
  α: 'a',
  ε: 'e',
  ι: 'i',
  κ: 'k',
  ο: 'o',
  ν: 'v',
  υ: 'y',
  τ: 't',
  ω: 'w',
  ı: 'i',
  ɑ: 'a',
}

/**
 * Checks the name that an app gives itself. It is shown beside the address that is proved, and never in its place.
 * @throws KeywayError `invalid_request`
 */
export function checkClientName(name: string): string {
  const characters = [...name.trim()].length
  if (characters === 0 || characters > NAME_CHARACTERS_MAX || /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u.test(name)) {
    throw refuse(`is not 1 to ${NAME_CHARACTERS_MAX} visible characters`)
  }
  if (RESERVED.test(folded(name))) throw refuse('holds a word that no app may call itself by')
  return name.trim()
}

/** As the eye reads it: without accents, case, spaces and signs, and with letters for what looks like them. */
function folded(name: string): string {
  const plain = name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
  return [...plain]
    .map((one) => ALIKE[one] ?? one)
    .join('')
    .replace(/[^\p{L}]/gu, '')
}

function refuse(problem: string): KeywayError {
  return new KeywayError('invalid_request', `"client_id" is not accepted: the name in its description ${problem}.`, {
    metadata: { field: 'client_id' },
  })
}
