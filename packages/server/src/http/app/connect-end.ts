import type { ConnectDetail, ConnectEnd } from '@keyway/contract'
import { z } from 'zod'
import { parseUsd } from '../../base/money.ts'
import type { ConnectOutcome, ConnectResult } from '../../link/outcome.ts'
import type { StartOptions } from '../../link/start.ts'

/** What a person may choose for the key; see ConnectQuery of @keyway/contract. */
export const connectTerms = z.object({
  limit_usd: z
    .string()
    .regex(/^\d{1,7}(\.\d{1,9})?$/, { error: 'expected US dollars, as in 5.00' })
    .transform(parseUsd)
    .optional(),
  reset: z.enum(['daily', 'weekly', 'monthly']).optional(),
  expires_at: z.iso
    .datetime({ offset: true })
    .transform((text) => Date.parse(text))
    .optional(),
})

/** The terms as the flow takes them. */
export function startOptions(terms: z.output<typeof connectTerms>): StartOptions {
  return { limit: terms.limit_usd, reset: terms.reset, expiresAt: terms.expires_at }
}

type Said = [outcome: ConnectEnd['outcome'], detail: ConnectDetail | null]

/** The app has a message for each outcome; what is more exact goes beside it. */
const SAID: Record<ConnectOutcome, Said> = {
  done: ['done', null],
  confirm: ['confirm', null],
  denied: ['denied', null],
  expired: ['expired', null],
  replayed: ['replayed', null],
  signed_out: ['wrong_user', null],
  wrong_user: ['wrong_user', null],
  wrong_browser: ['wrong_browser', null],
  wrong_issuer: ['wrong_browser', 'wrong_issuer'],
  changed: ['expired', 'changed'],
  malformed: ['rejected', 'malformed'],
  rejected: ['rejected', null],
  unavailable: ['unavailable', null],
  bad_reply: ['unavailable', 'bad_reply'],
  unknown: ['unavailable', 'unknown'],
  own_login: ['rejected', 'own_login'],
  disabled: ['rejected', 'disabled'],
  unidentified: ['rejected', 'unidentified'],
}

/** A result in the app's words. */
export function connectEnd({ outcome, flowId }: Pick<ConnectResult, 'outcome' | 'flowId'>): ConnectEnd {
  const [said, detail] = SAID[outcome]
  return { outcome: said, detail, flow: flowId ?? null }
}
