import type { ApiError } from './api-error.ts'
import type { Dialect } from './dialect.ts'
import type { SimulatedModel } from './models.ts'
import type { OpenRouterAccount } from './openrouter-account.ts'

/** Does a provider take this key? One without a key takes any call; OpenRouter also takes the keys that it issued. */
export function acceptsKey(dialect: Dialect, key: string | undefined, account: OpenRouterAccount): boolean {
  if (dialect.key === undefined || key === dialect.key) return true
  if (dialect.name === 'openrouter' && account.find(key) !== undefined) return true
  return key !== undefined && dialect.otherKeys.includes(key)
}

/** The refusal of a call that an issued key cannot pay for; undefined when it can. */
export function refusePayment(
  key: string | undefined,
  model: SimulatedModel,
  account: OpenRouterAccount,
): ApiError | undefined {
  const issued = account.find(key)
  if (issued === undefined || model.id.endsWith(':free')) return undefined
  const refused = (message: string): ApiError => ({ status: 402, reason: 'permission', message, param: null })
  if (account.freeTier) return refused('Insufficient credits. This account never purchased credits.')
  if (issued.limit === null || issued.usage < issued.limit) return undefined
  return refused('Key limit exceeded. Manage it on the website.')
}
