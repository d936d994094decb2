import type { Key, KeyTerms, Reach, Reset } from '@keyway/contract'
import { isAmount } from '../../connect/start-address.ts'

/** What the form holds: texts, as they were typed. */
export type KeyDraft = {
  name: string
  limit: string
  reset: Reset | ''
  /** Days from now; 'keep': as it was. */
  expiry: '' | 'keep' | '7' | '30' | '90' | '365'
  models: string
  rpm: string
  noBrowser: boolean
  /** Whose credentials it may use. The operator's own is an owner's or admin's to give. */
  reaches: readonly Reach[]
}

export type DraftProblem = 'name' | 'limit' | 'rpm'

const DAY_MS = 86_400_000

export function draftOf(key: Key | undefined): KeyDraft {
  return {
    name: key?.name ?? '',
    limit: key?.limit_usd ?? '',
    reset: key?.reset ?? '',
    expiry: key?.expires_at == null ? '' : 'keep',
    models: key?.models?.join('\n') ?? '',
    rpm: key?.rpm == null ? '' : String(key.rpm),
    noBrowser: key?.no_browser ?? false,
    reaches: key?.reaches ?? ['own', 'shared'],
  }
}

/** What is wrong with a draft, the topmost first. */
export function draftProblem(draft: KeyDraft): DraftProblem | undefined {
  if (draft.name.trim() === '') return 'name'
  if (draft.limit !== '' && !isAmount(draft.limit)) return 'limit'
  if (draft.rpm !== '' && !/^[1-9]\d{0,6}$/.test(draft.rpm)) return 'rpm'
  return undefined
}

/** The terms that a draft without a problem stands for. */
export function termsOf(draft: KeyDraft, now: number): KeyTerms & { name: string } {
  const models = draft.models.split(/[\s,]+/).filter(Boolean)
  const days = Number(draft.expiry)
  return {
    name: draft.name.trim(),
    limit_usd: draft.limit === '' ? null : draft.limit,
    reset: draft.limit === '' || draft.reset === '' ? null : draft.reset,
    models: models.length === 0 ? null : models,
    rpm: draft.rpm === '' ? null : Number(draft.rpm),
    no_browser: draft.noBrowser,
    reaches: [...draft.reaches],
    ...(draft.expiry === 'keep'
      ? {}
      : { expires_at: draft.expiry === '' ? null : new Date(now + days * DAY_MS).toISOString() }),
  }
}
