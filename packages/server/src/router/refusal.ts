import { type ErrorCode, KeywayError } from '../base/errors.ts'
import type { Model } from '../providers/model.ts'
import type { Removal } from './attempt.ts'

// An error is read by people and held by clients; the explanation has the rest.
const RULES_SHOWN_MAX = 20

/** The rules by which a caller or operator can be told more exactly than "nothing is left". */
const CODES: readonly (readonly [rule: string, code: ErrorCode])[] = [
  ['model_not_allowed', 'model_not_allowed'],
  ['context_length', 'context_length_exceeded'],
  ['price_unknown', 'price_unknown'],
  ['format', 'format_not_served'],
]

/** Rules of our own that OpenRouter's vocabulary does not have are left out of `excluded_by`. */
const OPENROUTER_RULES: ReadonlySet<string> = new Set([
  'data_policy:zdr',
  'data_policy:training',
  'max_price',
  'context_length',
  'require_parameters',
  'allowed_providers',
])

function fixFor(rules: ReadonlySet<string>, providers: readonly string[]): string | undefined {
  if (rules.has('no_credential')) return `Add a credential: keyway providers add ${providers[0]} --key-stdin`
  if ([...rules].every((rule) => OPENROUTER_RULES.has(rule) || rule === 'ignored_providers' || rule === 'order_only')) {
    return 'Relax the named rules in the request\u2019s "provider" object.'
  }
  return undefined
}

/**
 * The refusal when no endpoint is left. Its code is that of the one rule that stands in the way where there is one; an
 * endpoint that merely lacks a credential hides no such rule. `metadata.removed` lists each endpoint with its rule, and
 * `metadata.availability` says it as OpenRouter does.
 * @see https://openrouter.ai/docs/api_reference/errors-and-debugging (read 2026-11-21)
 */
export function refusePlan(models: readonly Model[], removed: readonly Removal[]): KeywayError {
  const names = models.map(({ id }) => id)
  const rules = new Set(removed.map(({ rule }) => rule))
  const telling = [...rules].filter((rule) => rule !== 'no_credential' && rule !== 'provider_unknown')
  const code =
    telling.length === 1 ? (CODES.find(([rule]) => rule === telling[0])?.[1] ?? 'no_endpoints') : 'no_endpoints'
  const lacking = removed
    .filter(({ rule }) => rule === 'no_credential')
    .map(({ endpoint }) => endpoint.split(':')[0] ?? endpoint)
  const fix = code === 'no_endpoints' ? fixFor(rules, lacking) : undefined
  const reasons = [...new Set(removed.map(({ endpoint, rule }) => `${endpoint} (${rule})`))].slice(0, 5).join(', ')
  const constrained = telling.length > 0
  return new KeywayError(code, `No endpoint is left for ${names.join(', ')}${reasons === '' ? '' : `: ${reasons}`}.`, {
    ...(fix === undefined ? {} : { fix }),
    metadata: {
      removed: removed.slice(0, RULES_SHOWN_MAX),
      availability: {
        code: constrained ? 'constraint_filtered' : 'no_endpoints',
        retryable: false,
        requested_models: names,
        affected_providers: [...new Set(removed.map(({ endpoint }) => endpoint.split(':')[0]))],
        excluded_by: [...rules].filter((rule) => OPENROUTER_RULES.has(rule)),
      },
    },
  })
}
