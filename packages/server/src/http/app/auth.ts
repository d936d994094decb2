import type { AskingApp, AuthDecision, AuthQuestion } from '@keyway/contract'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { KeywayError } from '../../base/errors.ts'
import { checkModelsList } from '../../keys/models-list.ts'
import type { AppIdentity } from '../../oauth/app-identity.ts'
import { allow, type Decided, deny, findRequest, type Question, readQuestion } from '../../oauth/authorize.ts'
import { parseLimit } from '../../oauth/terms.ts'
import { browserSecretOf } from '../auth.ts'
import type { Edge } from '../edge.ts'
import { clientOf, FOR_PAGE, FOR_PEOPLE, personOf } from './app-access.ts'
import { readBody } from './read-body.ts'
import { moment, momentOrNull, usd, usdOrNull } from './values.ts'

const choiceBody = z.object({
  csrf: z.string().max(100),
  limit_usd: z.string().max(40),
  reset: z.enum(['daily', 'weekly', 'monthly']).nullable(),
  days: z.int().min(1).max(3_650),
  models: z.array(z.string().max(256)).min(1).max(200).nullable(),
  share_identity: z.boolean(),
})

type ById = { Params: { id: string } }

/** What the consent page asks and says. Every one of these needs the cookie of the browser in which the request began. */
export function authQuestionRoutes(app: FastifyInstance, edge: Edge): void {
  const { oauth } = edge
  const find = (request: FastifyRequest<ById>) => findRequest(oauth, request.params.id, browserSecretOf(request, edge))

  app.get<ById>('/api/app/auth/:id', FOR_PAGE, async (request): Promise<AuthQuestion> => {
    return view(await readQuestion(oauth, await find(request), request.signedIn), edge)
  })

  app.get<ById>('/api/app/auth/:id/logo', FOR_PAGE, async (request, reply): Promise<Buffer> => {
    const { logo } = await find(request)
    if (logo === null) throw new KeywayError('not_found', 'This request has no logo.')
    // We drew it, and still: whatever is in it runs nothing, wherever it is opened.
    reply.header('content-security-policy', "default-src 'none'; sandbox").type('image/png')
    return Buffer.from(logo.buffer, logo.byteOffset, logo.byteLength)
  })

  app.post<ById>('/api/app/auth/:id/allow', FOR_PEOPLE, async (request): Promise<AuthDecision> => {
    const transaction = await find(request)
    const { csrf, limit_usd, reset, days, models, share_identity } = readBody(request, choiceBody)
    const choice = {
      limit: parseLimit(limit_usd, 'limit_usd'),
      reset,
      days,
      models: models === null ? null : checkModelsList(models),
      identity: share_identity ? 'shared' : 'withheld',
    } as const
    const by = { person: personOf(request), client: clientOf(request), csrf, choice }
    return decision(await allow(oauth, transaction, by))
  })

  app.post<ById>('/api/app/auth/:id/deny', FOR_PAGE, async (request): Promise<AuthDecision> => {
    const transaction = await find(request)
    return decision(await deny(oauth, transaction, { person: request.signedIn, client: clientOf(request) }))
  })
}

/** An app as the pages show it. */
export function askingApp({ kind, ...rest }: AppIdentity): AskingApp {
  return { kind: kind === 'this-computer' ? 'this_computer' : kind, ...rest }
}

function decision({ redirectUrl, code }: Decided): AuthDecision {
  return { redirect_url: redirectUrl, code }
}

function view(question: Question, edge: Edge): AuthQuestion {
  const { transaction, bounds, proposed } = question
  const { request } = transaction
  return {
    id: transaction.id,
    expires_at: moment(transaction.expiresAt),
    state: transaction.decision ?? 'open',
    app: askingApp(question.app),
    logo: transaction.logo !== null,
    known: question.known === 'before',
    key_name: question.keyName,
    asked: { limit_usd: usdOrNull(request.limit), reset: request.reset, expires_at: momentOrNull(request.expiresAt) },
    bounds: {
      limit_usd_max: usd(bounds.limitMax),
      resets: bounds.resets,
      expires_at_max: moment(bounds.expiresMax),
    },
    proposed: { limit_usd: usd(proposed.limit), reset: proposed.reset, days: proposed.days },
    weak: question.weak,
    challenge_reused: question.challenge === 'used-before',
    fresh_above_usd: edge.oauth.settings.fresh_above_usd,
    csrf: question.csrf,
  }
}
