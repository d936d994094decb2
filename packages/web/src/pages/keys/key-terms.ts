import type { Environment, Key, KeyTerms, Reach, Reset } from '@keyway/contract'
import { isAmount } from '../../connect/start-address.ts'

/** What the form holds: texts, as they were typed. */
export type KeyDraft = {
  name: string
  environment: Environment
  limit: string
  reset: Reset | ''
  /** Days from now; 'keep': as it was. */
  expiry: '' | 'keep' | '7' | '30' | '90' | '365'
  models: string
  rpm: string
  noBrowser: boolean
  /** One a line: addresses and ranges. */
  ips: string
  /** It may read and write the person's conversations. */
  chat: boolean
  /** Whose credentials it may use. The operator's own is an owner's or admin's to give. */
  reaches: readonly Reach[]
}

export type DraftProblem = 'name' | 'limit' | 'rpm' | 'ips'

const DAY_MS = 86_400_000

/** What may be an address or a range; the server says whether it is one. */
const ADDRESS = /^[\da-f:.]{2,45}(?:\/\d{1,3})?$/i

function listOf(text: string): string[] {
  return text.split(/[\s,]+/).filter(Boolean)
}

export function draftOf(key: Key | undefined): KeyDraft {
  return {
    name: key?.name ?? '',
    environment: key?.environment ?? 'production',
    limit: key?.limit_usd ?? '',
    reset: key?.reset ?? '',
    expiry: key?.expires_at == null ? '' : 'keep',
    models: key?.models?.join('\n') ?? '',
    rpm: key?.rpm == null ? '' : String(key.rpm),
    noBrowser: key?.no_browser ?? false,
    ips: key?.ips?.join('\n') ?? '',
    chat: key?.scopes?.includes('chat') ?? false,
    reaches: key?.reaches ?? ['own', 'shared'],
  }
}

/** What is wrong with a draft, the topmost first. */
export function draftProblem(draft: KeyDraft): DraftProblem | undefined {
  if (draft.name.trim() === '') return 'name'
  if (draft.limit !== '' && !isAmount(draft.limit)) return 'limit'
  if (draft.rpm !== '' && !/^[1-9]\d{0,6}$/.test(draft.rpm)) return 'rpm'
  if (listOf(draft.ips).some((entry) => !ADDRESS.test(entry))) return 'ips'
  return undefined
}

/** The terms that a draft without a problem stands for. */
export function termsOf(draft: KeyDraft, now: number): KeyTerms & { name: string } {
  const models = listOf(draft.models)
  const ips = listOf(draft.ips)
  const days = Number(draft.expiry)
  return {
    name: draft.name.trim(),
    environment: draft.environment,
    limit_usd: draft.limit === '' ? null : draft.limit,
    reset: draft.limit === '' || draft.reset === '' ? null : draft.reset,
    models: models.length === 0 ? null : models,
    rpm: draft.rpm === '' ? null : Number(draft.rpm),
    no_browser: draft.noBrowser,
    ips: ips.length === 0 ? null : ips,
    scopes: draft.chat ? ['chat'] : [],
    reaches: [...draft.reaches],
    ...(draft.expiry === 'keep'
      ? {}
      : { expires_at: draft.expiry === '' ? null : new Date(now + days * DAY_MS).toISOString() }),
  }
}
