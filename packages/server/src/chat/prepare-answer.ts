import type { ChatSettings, Preferences } from '@keyway/contract'
import { KeywayError } from '../base/errors.ts'
import type { Gateway } from '../gateway/house.ts'
import type { Caller } from '../keys/caller.ts'
import type { Stay } from '../router/attempt.ts'
import type { Whose } from '../store/chat-records.ts'
import type { Store } from '../store/store.ts'
import { type Branch, type Fitting, measure, trim } from './branch.ts'
import { composeRequest } from './compose.ts'
import type { Content } from './compose-messages.ts'
import { estimateTextTokens } from './estimate-tokens.ts'
import { findHome } from './home.ts'
import { type AnswerPlan, planAnswer } from './plan-answer.ts'

/** Room for an answer whose length nobody bounded: a long page. Tokens. */
const REPLY_TOKENS = 4_096
/** A model with a short context keeps at least three quarters of it for the conversation. */
const REPLY_SHARE = 0.25

/** What an answer is asked for with. */
export type Wanted = {
  whose: Whose
  caller: Caller
  asked: string
  settings: ChatSettings
  dataCollection: Preferences['data_collection']
  /** Ends with the message to be answered, or with the answer to be gone on with. */
  branch: Branch
  continues: boolean
  /** 'oldest': leave out what does not fit. */
  trim: 'oldest' | 'nothing'
}

export type PrepareDeps = {
  store: Pick<Store, 'findGeneration'>
  gateway: Gateway
  houseModels: readonly string[]
  /** Of one request, attachments and all. */
  bodyBytes: number
  /** A message's attachment, read once for a whole request. */
  contentOf(id: string): Promise<Content | undefined>
}

/** A request for one answer, ready to be sent. */
export type PreparedAnswer = { caller: Caller; house: boolean; body: Uint8Array; stay: Stay | undefined }

/** @throws KeywayError provider_may_keep_data, model_not_callable, message_too_long, context_too_long, body_too_large */
export async function prepareAnswer(wanted: Wanted, deps: PrepareDeps): Promise<PreparedAnswer> {
  const { asked, settings, dataCollection } = wanted
  const home = await findHome(deps.store, wanted.whose, { branch: wanted.branch, model: asked })
  const { houseModels } = deps
  const planned = await planAnswer(
    { asked, caller: wanted.caller, settings, dataCollection, stay: home?.place, houseModels },
    deps.gateway,
  )
  requireMedia(wanted.branch, planned)
  const { branch } = fitting(wanted, planned)
  // What another endpoint thought, this one cannot read, and would refuse.
  const thoughts = planned.stay === undefined ? [] : branch.filter(({ id }) => home?.thoughtThere.has(id) === true)
  const attachments = await readAttachments(branch, deps)
  const body = composeRequest(branch, {
    model: asked,
    systemPrompt: settings.system_prompt,
    parameters: settings.parameters,
    effort: planned.effort,
    takes: planned.takes,
    attachments,
    reasoningOf: new Set(thoughts.map(({ id }) => id)),
    continues: wanted.continues,
    dataCollection,
  })
  if (body.length > deps.bodyBytes) throw tooLarge(deps.bodyBytes)
  const stay: Stay | undefined =
    planned.stay === undefined || thoughts.length === 0 ? planned.stay : { ...planned.stay, how: 'only' }
  return { caller: planned.caller, house: planned.house, body, stay }
}

/** The message itself must be seen as it is; older pictures are named where the model cannot see them. */
function requireMedia(branch: Branch, { takes, asked }: AnswerPlan): void {
  const parts = branch.at(-1)?.parts ?? []
  const pdf = parts.some((part) => part.kind === 'file' && !part.media_type.startsWith('text/'))
  const what =
    !takes.images && parts.some(({ kind }) => kind === 'image') ? 'images' : !takes.files && pdf ? 'PDFs' : ''
  if (what === '') return
  throw new KeywayError('model_not_callable', `${JSON.stringify(asked.slice(0, 100))} does not take ${what}.`, {
    metadata: { field: 'models', model: asked.slice(0, 300) },
    fix: `Choose a model that takes ${what}, or leave them out.`,
  })
}

function fitting(
  { branch, settings, trim: how }: Wanted,
  { contextLength, maxOutputTokens, asked }: AnswerPlan,
): Fitting {
  const whole = measure(branch)
  if (contextLength === null) return whole
  const usual = Math.min(REPLY_TOKENS, maxOutputTokens ?? REPLY_TOKENS, contextLength * REPLY_SHARE)
  const reply = Math.min(settings.parameters.max_tokens ?? usual, contextLength)
  const room = Math.floor(contextLength - reply - estimateTextTokens(settings.system_prompt))
  if (whole.tokens <= room) return whole
  if (how === 'oldest') return trim(branch, room)
  const name = JSON.stringify(asked.slice(0, 100))
  const alone = measure(branch.slice(-1))
  if (alone.tokens > room && branch.at(-1)?.role === 'user') {
    throw new KeywayError(
      'message_too_long',
      `The message alone has about ${alone.tokens} tokens; ${name} has room for ${Math.max(0, room)} beside the answer.`,
      { metadata: { field: 'models', model: asked.slice(0, 300), tokens: alone.tokens, room: Math.max(0, room) } },
    )
  }
  throw new KeywayError(
    'context_too_long',
    `The conversation has about ${whole.tokens} tokens; ${name} has room for ${Math.max(0, room)} beside the answer.`,
    { metadata: { field: 'models', model: asked.slice(0, 300), tokens: whole.tokens, room: Math.max(0, room) } },
  )
}

/** Each attachment once, one after the other, so that what is too much is known before it is in memory. */
async function readAttachments(branch: Branch, deps: PrepareDeps): Promise<Map<string, Content>> {
  const contents = new Map<string, Content>()
  let bytes = 0
  for (const { parts } of branch) {
    for (const part of parts) {
      const id = part.kind === 'image' || part.kind === 'file' ? part.attachment : undefined
      if (id === undefined || contents.has(id)) continue
      const content = await deps.contentOf(id)
      if (content === undefined) continue
      bytes += content.body.length
      if (bytes > deps.bodyBytes) throw tooLarge(deps.bodyBytes)
      contents.set(id, content)
    }
  }
  return contents
}

function tooLarge(bodyBytes: number): KeywayError {
  return new KeywayError(
    'body_too_large',
    `The attachments of the conversation are more than ${bodyBytes} bytes together.`,
    {
      fix: 'Leave the oldest messages out, or begin a new chat.',
    },
  )
}
