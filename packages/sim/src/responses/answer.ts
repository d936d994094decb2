import type { ApiError } from '../api-error.ts'
import type { ChatCall } from '../chat.ts'
import { type DeliveryContext, deliver, deliverCut, deliverWithFault } from '../deliver.ts'
import type { Dialect } from '../dialect.ts'
import type { Fault } from '../fault.ts'
import { identifiersOf } from '../identifiers.ts'
import { acceptsKey, refusePayment } from '../keys.ts'
import type { OpenRouterAccount } from '../openrouter-account.ts'
import { errorReply, eventBytes, jsonReply, namedEventBytes, type Reply, rawReply, STREAM_HEADERS } from '../reply.ts'
import type { Script } from '../script.ts'
import { takeTurn } from '../turn.ts'
import type { Wire } from '../wire.ts'
import { behindDoor, type ResponsesDoor } from './door.ts'
import { type ResponseRendering, renderEvents, renderResponse } from './render.ts'
import { readResponsesRequest } from './request.ts'
import { refuseForeign, sealOf } from './seal.ts'

/** Answers a request for a response: as scripted, else as the provider would. */
export async function answerResponses(
  wire: Wire,
  call: ChatCall,
  context: DeliveryContext & { script: Script; account: OpenRouterAccount; door: ResponsesDoor },
): Promise<void> {
  const { script, account, door } = context
  const dialect = behindDoor(context.dialect, door)
  const act = script.take(dialect.name)
  if (act?.kind === 'reply') return deliverCut(wire, rawReply(act.reply), act.reply.cuts ?? [])
  const { reply, fault } = makeReply(dialect, call, { scripted: act?.fault, account, door })
  if (fault === undefined) return deliver(wire, reply, context)
  return deliverWithFault(wire, reply, { ...context, dialect, fault })
}

function makeReply(
  dialect: Dialect,
  call: ChatCall,
  { scripted, account, door }: { scripted: Fault | undefined; account: OpenRouterAccount; door: ResponsesDoor },
): { reply: Reply; fault: Fault | undefined } {
  const refuse = (error: ApiError) => ({ reply: errorReply(dialect, error), fault: undefined })
  if (!acceptsKey(dialect, call.key, account)) return refuse(dialect.refuseKey(call.key))
  const read = readResponsesRequest(call.body, door)
  if ('error' in read) return refuse(read.error)
  const { request } = read
  const model = dialect
    .modelIds(request.chat)
    .map(dialect.findModel)
    .find((found) => found !== undefined)
  if (model === undefined) return refuse(dialect.refuseModel(request.chat.model))
  const seal = sealOf({ provider: dialect.name, key: call.key })
  const own = door.strict ? undefined : dialect.refuse(request.chat, model)
  const refusal = refuseForeign(request.sealed, seal) ?? own ?? refusePayment(call.key, model, account)
  if (refusal !== undefined) return refuse(refusal)

  const ids = identifiersOf(call.seed, call.number)
  const bend = { ignoresLimit: scripted?.kind === 'ignores-max-tokens', empty: scripted?.kind === 'empty' }
  const turn = takeTurn(request.chat, model, { ids, bend })
  const usageOverride = scripted?.kind === 'no-usage' ? null : scripted?.kind === 'usage' ? scripted.usage : undefined
  return { fault: scripted, reply: responseReply({ dialect, door, request, model, turn, ids, seal, usageOverride }) }
}

/** A stream keeps its last event back as what ends it, as [DONE] ends a chat completion. */
function responseReply(rendering: ResponseRendering): Reply {
  const { door, dialect, request } = rendering
  if (!request.chat.stream) return jsonReply(200, renderResponse(rendering))
  const events = renderEvents(rendering).map(door.namedEvents ? namedEventBytes : eventBytes)
  return {
    status: 200,
    headers: STREAM_HEADERS,
    streams: true,
    preamble: Buffer.from(dialect.streamPreamble),
    parts: events.slice(0, -1),
    done: Buffer.concat([...events.slice(-1), Buffer.from(door.done)]),
  }
}
