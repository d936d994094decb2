import { readChatRequest } from './chat-request.ts'
import { type DeliveryContext, deliver, deliverCut, deliverWithFault } from './deliver.ts'
import type { Dialect } from './dialect.ts'
import { faultOfModel } from './dialects/sim.ts'
import type { Fault } from './fault.ts'
import { identifiersOf } from './identifiers.ts'
import { acceptsKey, refusePayment } from './keys.ts'
import type { OpenRouterAccount } from './openrouter-account.ts'
import { completionReply, errorReply, type Reply, rawReply } from './reply.ts'
import type { Script } from './script.ts'
import { takeTurn } from './turn.ts'
import type { Wire } from './wire.ts'

/** A chat completion that arrived: the how-manieth, with which body and key. */
export type ChatCall = { body: Uint8Array; key: string | undefined; seed: number; number: number }

/** Answers a chat completion: as scripted, else as the provider would. */
export async function answerChat(
  wire: Wire,
  call: ChatCall,
  context: DeliveryContext & { script: Script; account: OpenRouterAccount },
): Promise<void> {
  const { dialect, script, account } = context
  const act = script.take(dialect.name)
  if (act?.kind === 'reply') return deliverCut(wire, rawReply(act.reply), act.reply.cuts ?? [])
  const made = makeReply(dialect, call, { scripted: act?.fault, account })
  if (made.fault === undefined) return deliver(wire, made.reply, context)
  return deliverWithFault(wire, made.reply, { ...context, fault: made.fault })
}

/** The reply to deliver and the fault to deliver it with. A refusal is delivered as it is. */
function makeReply(
  dialect: Dialect,
  call: ChatCall,
  { scripted, account }: { scripted: Fault | undefined; account: OpenRouterAccount },
): { reply: Reply; fault: Fault | undefined } {
  const refuse = (error: Parameters<typeof errorReply>[1]) => ({ reply: errorReply(dialect, error), fault: undefined })
  if (!acceptsKey(dialect, call.key, account)) return refuse(dialect.refuseKey(call.key))
  const read = readChatRequest(call.body)
  if ('error' in read) return refuse(read.error)
  const { request } = read
  const model = dialect
    .modelIds(request)
    .map(dialect.findModel)
    .find((found) => found !== undefined)
  if (model === undefined) return refuse(dialect.refuseModel(request.model))
  const refusal = dialect.refuse(request, model) ?? refusePayment(call.key, model, account)
  if (refusal !== undefined) return refuse(refusal)

  const fault = scripted ?? (dialect.name === 'sim' ? faultOfModel(model.id) : undefined)
  const ids = identifiersOf(call.seed, call.number)
  const bend = { ignoresLimit: fault?.kind === 'ignores-max-tokens', empty: fault?.kind === 'empty' }
  const turn = takeTurn(request, model, { ids, bend })
  const usageOverride = fault?.kind === 'no-usage' ? null : fault?.kind === 'usage' ? fault.usage : undefined
  return {
    fault,
    reply: completionReply({ dialect, request, model, turn, id: dialect.answerId(ids), ids, usageOverride }),
  }
}
