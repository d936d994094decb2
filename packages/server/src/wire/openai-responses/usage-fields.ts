import { NameTable } from '../../base/name-table.ts'
import { fieldsOf, find } from '../json-fields.ts'
import type { UsageFields } from '../openai-usage.ts'

/** Members of a usage object, and of the objects in it. */
const NAMES = new NameTable([
  'input_tokens',
  'input_tokens_details',
  'output_tokens',
  'output_tokens_details',
  'total_tokens',
  'cached_tokens',
  'cache_write_tokens',
  'reasoning_tokens',
  'cost',
  'is_byok',
  'cost_details',
])

/** @param raw the object, one character for each byte; undefined when the provider sent none */
export function parseUsage(raw: string | undefined): UsageFields {
  const all = fieldsOf(raw, NAMES)
  return {
    all,
    prompt: fieldsOf(find(all, 'input_tokens_details'), NAMES),
    completion: fieldsOf(find(all, 'output_tokens_details'), NAMES),
    cost: fieldsOf(find(all, 'cost_details'), NAMES),
  }
}
