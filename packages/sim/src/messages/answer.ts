import type { IncomingHttpHeaders } from 'node:http'
import { type ApiError, invalidRequest } from '../api-error.ts'
import type { ChatCall } from '../chat.ts'
import { type DeliveryContext, deliver, deliverCut, deliverWithFault } from '../deliver.ts'
import type { Dialect } from '../dialect.ts'
import type { Fault } from '../fault.ts'
import { identifiersOf } from '../identifiers.ts'
import { acceptsKey, refusePayment } from '../keys.ts'
import type { OpenRouterAccount } from '../openrouter-account.ts'
import { errorReply, jsonReply, namedEventBytes, type Reply, rawReply, STREAM_HEADERS } from '../reply.ts'
import type { Script } from '../script.ts'
import { countPromptTokens } from '../tokens.ts'
import { takeTurn } from '../turn.ts'
import type { Wire } from '../wire.ts'
import { behindDoor, type MessagesDoor } from './door.ts'
import { type MessageRendering, renderEvents, renderMessage } from './render.ts'
import { type Purpose, readMessagesRequest } from './request.ts'

/** The paths behind a provider's prefix at which it speaks Anthropic's Messages. */
const PURPOSES: Readonly<Record<string, Purpose>> = { '/messages': 'answer', '/messages/count_tokens': 'count' }

/** What the path asks of the provider; undefined when it does not speak Anthropic's Messages there. */
export function messagesPurpose({ messages }: Dialect, path: string): Purpose | undefined {
  const purpose = Object.hasOwn(PURPOSES, path) ? PURPOSES[path] : undefined
  return messages === undefined || (purpose === 'count' && !messages.strict) ? undefined : purpose
}

type Call = ChatCall & { headers: IncomingHttpHeaders; purpose: Purpose }

/** Answers a request for a message, or for a count of its tokens: as scripted, else as the provider would. */
export async function answerMessages(
  wire: Wire,
  call: Call,
  context: DeliveryContext & { script: Script; account: OpenRouterAccount; door: MessagesDoor },
): Promise<void> {
  const { script, account, door } = context
  const dialect = behindDoor(context.dialect, door)
  const act = call.purpose === 'answer' ? script.take(dialect.name) : undefined
  if (act?.kind === 'reply') return deliverCut(wire, rawReply(act.reply), act.reply.cuts ?? [])
  const made = makeReply(dialect, call, { scripted: act?.fault, account, door })
  const reply = { ...made.reply, headers: { 'request-id': 'req_01Simulated000000000000', ...made.reply.headers } }
  if (made.fault === undefined) return deliver(wire, reply, context)
  return deliverWithFault(wire, reply, { ...context, dialect, fault: made.fault })
}

function makeReply(
  dialect: Dialect,
  call: Call,
  { scripted, account, door }: { scripted: Fault | undefined; account: OpenRouterAccount; door: MessagesDoor },
): { reply: Reply; fault: Fault | undefined } {
  const refuse = (error: ApiError) => ({ reply: errorReply(dialect, error), fault: undefined })
  if (!acceptsKey(dialect, call.key, account)) return refuse(dialect.refuseKey(call.key))
  if (door.strict && call.headers['anthropic-version'] === undefined) {
    return refuse(invalidRequest('anthropic-version: header is required', null))
  }
  const read = readMessagesRequest(call.body, { purpose: call.purpose, strict: door.strict })
  if ('error' in read) return refuse(read.error)
  const { request } = read
  const found = dialect
    .modelIds(request.chat)
    .map(dialect.findModel)
    .find((model) => model !== undefined)
  if (found === undefined) return refuse(unknownModel(dialect, request.chat.model, door))
  if (call.purpose === 'count') {
    return { reply: jsonReply(200, { input_tokens: countPromptTokens(request.chat.messages) }), fault: undefined }
  }
  const refusal = door.strict
    ? undefined
    : (dialect.refuse(request.chat, found) ?? refusePayment(call.key, found, account))
  if (refusal !== undefined) return refuse(refusal)

  const model = { ...found, reasoning: request.thinks }
  const ids = identifiersOf(call.seed, call.number)
  const bend = { ignoresLimit: scripted?.kind === 'ignores-max-tokens', empty: scripted?.kind === 'empty' }
  const turn = takeTurn(request.chat, model, { ids, bend })
  const usageOverride = scripted?.kind === 'no-usage' ? null : scripted?.kind === 'usage' ? scripted.usage : undefined
  return { fault: scripted, reply: messageReply({ dialect, door, request, model, turn, ids, usageOverride }) }
}

function unknownModel(dialect: Dialect, id: string, door: MessagesDoor): ApiError {
  if (!door.strict) return dialect.refuseModel(id)
  return { status: 404, reason: 'unknown-model', message: `model: ${id}`, param: 'model' }
}

function messageReply(rendering: MessageRendering): Reply {
  if (!rendering.request.chat.stream) return jsonReply(200, renderMessage(rendering))
  const events = renderEvents(rendering).map(namedEventBytes)
  return {
    status: 200,
    headers: STREAM_HEADERS,
    streams: true,
    preamble: Buffer.from(rendering.dialect.streamPreamble),
    parts: events.slice(0, -1),
    done: Buffer.concat(events.slice(-1)),
  }
}
