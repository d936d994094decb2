import type { Plan } from '../router/attempt.ts'
import type { GenerationDraft } from '../store/records.ts'
import type { Format, Peek } from '../wire/codec.ts'
import type { Call } from './call.ts'
import type { Gateway } from './house.ts'

const API_NAMES = {
  'openai-chat': 'chat',
  'anthropic-messages': 'messages',
  'openai-responses': 'responses',
} as const satisfies Record<Format, GenerationDraft['api']>

/** What is known of the generation before the call goes out; written with the hold, in case nothing else ever is. */
export async function draftOf(call: Call, of: { peek: Peek; plan: Plan }, gateway: Gateway): Promise<GenerationDraft> {
  const { attribution, caller } = call
  const first = of.plan.attempts[0]
  const app = gateway.apps.idOf(caller.key.workspaceId, attribution)
  return {
    model: first?.model.id ?? '',
    provider: first?.provider.name ?? '',
    api: API_NAMES[call.codec.id],
    streamed: of.peek.stream,
    appId: caller.key.appId ?? (app instanceof Promise ? await app : app),
    origin: attribution.origin,
    referer: attribution.referer,
    userAgent: attribution.userAgent,
    requestId: attribution.requestId,
    sessionId: of.peek.sessionId ?? attribution.sessionId,
    externalUser: of.peek.user ?? null,
    metadata: of.peek.metadata ?? null,
    tags: attribution.tags,
  }
}
