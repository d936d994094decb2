import type { ChatParameters } from '@keyway/contract'

export const EFFORTS = ['none', 'minimal', 'low', 'medium', 'high'] as const

/** Parameters as they are typed. '' is the provider's usual. */
export type ParameterTexts = { temperature: string; top_p: string; max_tokens: string; reasoning_effort: string }

const TEMPERATURE_MAX = 2
/** More than any model writes. */
const MAX_TOKENS_MAX = 1_000_000

export function writeParameters({ temperature, top_p, max_tokens, reasoning_effort }: ChatParameters): ParameterTexts {
  return {
    temperature: temperature?.toString() ?? '',
    top_p: top_p?.toString() ?? '',
    max_tokens: max_tokens?.toString() ?? '',
    reasoning_effort: reasoning_effort ?? '',
  }
}

/** Reads what was typed, with a comma or a point. `wrong` names the fields that are out of their range. */
export function readParameters(texts: ParameterTexts): {
  parameters: ChatParameters
  wrong: ReadonlySet<'temperature' | 'top_p' | 'max_tokens'>
} {
  const wrong = new Set<'temperature' | 'top_p' | 'max_tokens'>()
  const read = (name: 'temperature' | 'top_p' | 'max_tokens', fits: (value: number) => boolean) => {
    const text = texts[name].trim().replace(',', '.')
    if (text === '') return {}
    const value = Number(text)
    if (Number.isFinite(value) && fits(value)) return { [name]: value }
    wrong.add(name)
    return {}
  }
  const effort = EFFORTS.find((one) => one === texts.reasoning_effort)
  const parameters: ChatParameters = {
    ...read('temperature', (value) => value >= 0 && value <= TEMPERATURE_MAX),
    ...read('top_p', (value) => value > 0 && value <= 1),
    ...read('max_tokens', (value) => Number.isInteger(value) && value > 0 && value <= MAX_TOKENS_MAX),
    ...(effort === undefined ? {} : { reasoning_effort: effort }),
  }
  return { parameters, wrong }
}
