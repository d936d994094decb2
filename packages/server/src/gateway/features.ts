import type { Attempt } from '../router/attempt.ts'
import type { Peek } from '../wire/codec.ts'
import type { Call } from './call.ts'
import { onlineModels } from './check-models.ts'
import type { Gateway } from './house.ts'

/**
 * What a call asks for that tokens at their listed prices do not pay for, by name: what its body says, searches by its
 * models' names, and what only some endpoints would bill beyond their list.
 */
export function featuresOf(
  call: Pick<Call, 'codec' | 'headers'>,
  { peek, attempts }: { peek: Peek; attempts: readonly Attempt[] },
  gateway: Pick<Gateway, 'catalogue'>,
): string[] {
  const features = [...peek.features, ...onlineModels(peek, gateway.catalogue())]
  const paid = attempts.filter(({ provider }) => !provider.free)
  // Elsewhere a limit of 0 may be read as none.
  if (peek.outputTokensMax === 0 && paid.some(({ provider }) => provider.formats[call.codec.id]?.takesZero !== true))
    features.push('max_tokens: 0')
  const context = call.codec.contextAsked(call.headers)
  // A prompt beyond the listed context costs more than the listed price, unless the list goes on.
  const unlisted = ({ endpoint: { contextLength, prices } }: Attempt) =>
    contextLength !== null && contextLength < context && prices?.tiers.length === 0
  if (paid.some(unlisted)) features.push('longer context')
  return features
}
