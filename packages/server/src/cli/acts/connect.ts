import { z } from 'zod'
import { type ErrorCode, KeywayError } from '../../base/errors.ts'
import type { LinkPerson } from '../../link/link-deps.ts'
import type { ConnectOutcome } from '../../link/outcome.ts'
import { defineAct } from './act.ts'
import { isoTime, moment, usd } from './amount.ts'
import type { ActHouse } from './house.ts'

/** Begins connecting the owner's account, without a browser on this machine. */
export const startConnect = defineAct({
  name: 'connect.start',
  args: z.strictObject({
    limit: usd.optional(),
    reset: z.enum(['daily', 'weekly', 'monthly']).optional(),
    expires: moment.optional(),
  }),
  result: z.object({ flow: z.string(), url: z.string(), expires_at: z.string() }),
  async run(house, { limit, reset, expires }) {
    const begun = await house.link.startHeadless(owner(house), { limit, reset, expiresAt: expires })
    return { flow: begun.flowId, url: begun.url, expires_at: isoTime(begun.expiresAt) }
  },
})

/** Finishes it with what the person copied. */
export const finishConnect = defineAct({
  name: 'connect.finish',
  args: z.strictObject({ flow: z.string().min(1), code: z.string(), replace: z.boolean().optional() }),
  result: z.object({
    connected_as: z.string().nullable(),
    revoke_url: z.string(),
    previous_key_url: z.string().nullable(),
  }),
  async run(house, { flow, code, replace = false }) {
    const person = owner(house)
    const result = await house.link.finishHeadless(person, { flowId: flow, pasted: code })
    let { outcome } = result
    if (outcome === 'confirm' && result.flowId !== undefined) {
      if (replace) outcome = await house.link.confirm(person, result.flowId)
      else await house.link.discard(person, result.flowId)
    }
    if (outcome !== 'done') throw refusal(outcome)
    const { connection } = await house.link.view(person.userId)
    if (connection === undefined) throw refusal('unknown')
    const { connectedAs, revokeUrl, previousKeyUrl } = connection
    return { connected_as: connectedAs, revoke_url: revokeUrl, previous_key_url: previousKeyUrl }
  },
})

function owner(house: ActHouse): LinkPerson {
  return { userId: house.owner.id, actor: house.actor }
}

const AGAIN = 'Run keyway connect openrouter --headless again.'
const TROUBLE: [ErrorCode, string, string] = ['provider_unavailable', 'OpenRouter could not be asked.', AGAIN]
const UNSOUND: [ErrorCode, string, string] = ['invalid_request', 'The code belongs to another attempt.', AGAIN]

const REFUSALS: Record<Exclude<ConnectOutcome, 'done'>, [ErrorCode, message: string, fix: string]> = {
  confirm: [
    'conflict',
    'That is another OpenRouter account than the one connected; it stays.',
    'Repeat it with --replace.',
  ],
  denied: ['invalid_request', 'No code was given; nothing was saved.', AGAIN],
  expired: ['invalid_request', 'It took too long; nothing was saved.', AGAIN],
  replayed: ['invalid_request', 'This attempt was finished before.', AGAIN],
  malformed: ['invalid_request', 'What was pasted holds no single code.', 'Copy the whole code and nothing else.'],
  changed: ['invalid_request', 'The configuration names another OpenRouter meanwhile.', AGAIN],
  signed_out: UNSOUND,
  wrong_user: UNSOUND,
  wrong_browser: UNSOUND,
  wrong_issuer: UNSOUND,
  rejected: ['provider_rejected', 'OpenRouter refused the code; nothing was saved.', AGAIN],
  unavailable: TROUBLE,
  bad_reply: ['provider_invalid_reply', 'OpenRouter sent something that is no key.', AGAIN],
  unknown: TROUBLE,
  // Outcomes of signing in by connecting, which the CLI has nothing to do with.
  own_login: UNSOUND,
  disabled: UNSOUND,
  unidentified: UNSOUND,
}

function refusal(outcome: Exclude<ConnectOutcome, 'done'>): KeywayError {
  const [code, message, fix] = REFUSALS[outcome]
  return new KeywayError(code, message, { fix })
}
