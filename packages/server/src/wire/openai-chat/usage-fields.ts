import { NameTable } from '../../base/name-table.ts'
import { fieldsOf, find } from '../json-fields.ts'
import type { UsageFields } from '../openai-usage.ts'

/** Members of usage that providers are known to send. */
const NAMES = new NameTable([
  'prompt_tokens',
  'completion_tokens',
  'total_tokens',
  'cost',
  'is_byok',
  'prompt_tokens_details',
  'completion_tokens_details',
  'cost_details',
  'cached_tokens',
  'cache_write_tokens',
  'audio_tokens',
  'reasoning_tokens',
])

/** @param raw the object, one character for each byte; undefined when the provider sent none */
export function parseUsage(raw: string | undefined): UsageFields {
  const all = fieldsOf(raw, NAMES)
  return {
    all,
    prompt: fieldsOf(find(all, 'prompt_tokens_details'), NAMES),
    completion: fieldsOf(find(all, 'completion_tokens_details'), NAMES),
    cost: fieldsOf(find(all, 'cost_details'), NAMES),
  }
}
