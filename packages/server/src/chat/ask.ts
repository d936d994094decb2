import type { AnswerRequest, MessageRole, Part, SendRequest } from '@keyway/contract'
import { KeywayError } from '../base/errors.ts'
import { uuid } from '../base/ids.ts'
import type { Attribution } from '../gateway/call.ts'
import type { Caller } from '../keys/caller.ts'
import type { AskOutcome, ConversationRecord, MessageRecord, NewMessage, Whose } from '../store/chat-records.ts'
import { type Branch, branchTo } from './branch.ts'
import type { ChatDeps } from './chat-deps.ts'
import type { Content } from './compose-messages.ts'
import { takeMessages } from './house-messages.ts'
import { type PreparedAnswer, prepareAnswer } from './prepare-answer.ts'
import type { Run } from './run.ts'
import { titleOf } from './title.ts'

/** Who asks, and how their calls are made. */
export type Asker = {
  whose: Whose
  /** Of the person's hidden web key. */
  caller: Caller
  requestId: string
  userAgent: string | null
}

/** What both kinds of asking come down to. */
type Question = {
  id: string
  conversationId: string
  /** undefined: more answers to a message that is there. */
  question: NewMessage | undefined
  answerTo: string
  branch: Branch
  begunWith: MessageRecord | undefined
  models: readonly string[]
  trim: boolean | undefined
}

type Whole = { conversation: ConversationRecord; messages: MessageRecord[] }

/**
 * Stores a message of the person's with its answers, and begins to write them. The same id again gives what the first gave.
 * @throws KeywayError not_found, conflict, invalid_request, model_not_callable, context_too_long, body_too_large,
 * daily_limit_reached, too_many_runs, limit_reached; nothing is stored then
 */
export async function send(
  deps: ChatDeps,
  asker: Asker,
  request: SendRequest & { conversationId: string },
): Promise<AskOutcome> {
  const { id, conversationId, parent_id: parentId } = request
  const whole = await read(deps, asker, conversationId)
  const question: NewMessage = {
    ...{ id, parentId, role: 'user', parts: request.parts, status: 'done', model: null, groupId: null },
    promptVersionId: request.prompt_version_id ?? null,
  }
  if (has(whole, id)) return repeat(deps, asker, { id, conversationId, made: question })
  question.parts = await describeAttachments(deps, asker.whose, request.parts)
  const before = parentId === null ? [] : branchOf(whole, parentId, ['assistant', 'tool', 'user'])
  const branch = [...before, draftOf(question, conversationId)]
  const { models, trim } = request
  const asked = { id, conversationId, question, answerTo: id, branch, begunWith: undefined, models, trim }
  return begin(deps, asker, { asked, whole })
}

/** More answers to a message that is there, or the rest of one that ended early. @throws as {@link send} */
export async function answer(
  deps: ChatDeps,
  asker: Asker,
  request: AnswerRequest & { conversationId: string },
): Promise<AskOutcome> {
  const { id, conversationId, parent_id: parentId, models, trim } = request
  const whole = await read(deps, asker, conversationId)
  const made = { ...emptyAnswer(parentId, models[0] ?? ''), id }
  if (has(whole, id)) return repeat(deps, asker, { id, conversationId, made })
  const before = branchOf(whole, parentId, ['user', 'tool'])
  const begunWith = request.continues === undefined ? undefined : unfinished(whole, request.continues, parentId)
  if (begunWith !== undefined && models.length > 1) throw invalid('models', 'one model to go on with an answer')
  const branch = begunWith === undefined ? before : [...before, begunWith]
  const asked = { id, conversationId, question: undefined, answerTo: parentId, branch, begunWith, models, trim }
  return begin(deps, asker, { asked, whole })
}

async function begin(
  deps: ChatDeps,
  asker: Asker,
  { asked, whole }: { asked: Question; whole: Whole },
): Promise<AskOutcome> {
  const { whose } = asker
  const room = deps.runs.takeRoom(whose.userId, asked.models.length)
  try {
    const prepared = await prepareAll(deps, asker, { asked, whole })
    room.hold(prepared.reduce((sum, { body }) => sum + body.length, 0))
    const paid = prepared.filter(({ house }) => house).length
    const taken = await takeMessages({ ...deps, terms: deps.house }, whose.userId, paid)
    let outcome: AskOutcome
    try {
      outcome = await store(deps, whose, asked)
    } catch (error) {
      await taken.returnAll()
      throw error
    }
    if (outcome.repeated) {
      await taken.returnAll()
      return outcome
    }
    const answers = outcome.messages.filter(({ role }) => role === 'assistant')
    const begun: Run[] = []
    for (const [i, message] of answers.entries()) {
      const made = prepared[i]
      if (made === undefined) throw new KeywayError('internal', 'An answer was stored that was not prepared.')
      const { caller, body, stay, house } = made
      const request = { caller, body, stay, attribution: attributionOf(asker, asked) }
      begun.push(room.begin({ whose, message, request }, async (end) => (house ? taken.settle(end) : undefined)))
    }
    const { hub } = deps
    hub.publish(whose, asked.conversationId, { type: 'changed', revision: outcome.conversation.revision })
    for (const run of begun) {
      const snapshot = run.snapshot()
      if (snapshot !== undefined) hub.publish(whose, asked.conversationId, snapshot)
    }
    return outcome
  } finally {
    room.release()
  }
}

async function prepareAll(
  deps: ChatDeps,
  asker: Asker,
  { asked, whole }: { asked: Question; whole: Whole },
): Promise<PreparedAnswer[]> {
  const { whose, caller } = asker
  const preferences = await deps.store.findPreferences(whose)
  const wanted = {
    whose,
    caller,
    settings: whole.conversation.settings,
    dataCollection: preferences?.data_collection ?? 'allow',
    branch: asked.branch,
    continues: asked.begunWith !== undefined,
    trim: asked.trim === true ? 'oldest' : 'nothing',
  } as const
  const preparing = {
    store: deps.store,
    gateway: deps.gateway,
    houseModels: deps.house.models,
    bodyBytes: deps.limits.bodyBytes,
    contentOf: contents(deps, whose),
  }
  const prepared: PreparedAnswer[] = []
  for (const model of asked.models) prepared.push(await prepareAnswer({ ...wanted, asked: model }, preparing))
  return prepared
}

async function store(deps: ChatDeps, whose: Whose, asked: Question): Promise<AskOutcome> {
  const groupId = asked.models.length > 1 ? uuid() : null
  const answers = asked.models.map((model, i): NewMessage => {
    const made = { ...emptyAnswer(asked.answerTo, model), groupId, parts: textOf(asked.begunWith) }
    // Of more answers to a message, the first bears the request's id, so that a repetition is known before all else.
    return asked.question === undefined && i === 0 ? { ...made, id: asked.id } : made
  })
  const outcome = await deps.store.ask(
    whose,
    {
      id: asked.id,
      conversationId: asked.conversationId,
      question: asked.question ?? null,
      answers,
      activeLeafId: answers[0]?.id ?? asked.answerTo,
      title: titleOf(asked.question?.parts ?? []),
      at: deps.clock.now(),
    },
    { messages: deps.limits.messages },
  )
  if (outcome === undefined) throw noSuch()
  return outcome
}

/** What an earlier request of that id made. @throws KeywayError conflict when it was another kind of request */
async function repeat(
  deps: ChatDeps,
  { whose }: Asker,
  { id, conversationId, made }: { id: string; conversationId: string; made: NewMessage },
): Promise<AskOutcome> {
  const of = made.role === 'user' ? { question: made, answers: [] } : { question: null, answers: [made] }
  const ask = { id, conversationId, ...of, activeLeafId: id, title: '', at: deps.clock.now() }
  const outcome = await deps.store.ask(whose, ask, { messages: deps.limits.messages })
  if (outcome === undefined) throw noSuch()
  return outcome
}

async function read(deps: ChatDeps, { whose }: Asker, conversationId: string): Promise<Whole> {
  const whole = await deps.store.readConversation(whose, conversationId)
  if (whole === undefined) throw noSuch()
  return whole
}

function has({ messages }: Whole, id: string): boolean {
  return messages.some((message) => message.id === id)
}

function branchOf(whole: Whole, leafId: string, roles: readonly MessageRole[]): Branch {
  const branch = branchTo(whole.messages, leafId)
  const leaf = branch?.at(-1)
  if (branch === undefined || leaf === undefined) {
    throw new KeywayError('not_found', '"parent_id" names no message of this conversation.')
  }
  if (!roles.includes(leaf.role)) throw invalid('parent_id', `a message of ${roles.join(' or ')}`)
  if (leaf.status === 'streaming') throw invalid('parent_id', 'an answer that is not being written')
  return branch
}

function unfinished({ messages }: Whole, id: string, parentId: string): MessageRecord {
  const found = messages.find((message) => message.id === id)
  if (found === undefined) throw new KeywayError('not_found', '"continues" names no message of this conversation.')
  if (found.parentId !== parentId || found.role !== 'assistant' || found.status === 'streaming') {
    throw invalid('continues', 'an answer to that message that has ended')
  }
  return found
}

/** An attachment is what its bytes are, whatever the request says of it. @throws KeywayError not_found */
async function describeAttachments(deps: ChatDeps, whose: Whose, parts: readonly Part[]): Promise<Part[]> {
  return Promise.all(
    parts.map(async (part): Promise<Part> => {
      if (part.kind !== 'image' && part.kind !== 'file') return part
      const found = part.attachment === undefined ? undefined : await deps.store.findAttachment(whose, part.attachment)
      if (found === undefined) throw new KeywayError('not_found', '"parts" names an attachment that is not there.')
      const { id: attachment, mediaType: media_type, bytes } = found
      const name = part.name ?? found.name
      const kind = media_type.startsWith('image/') ? 'image' : 'file'
      return { kind, attachment, media_type, name, bytes }
    }),
  )
}

/** Reads attachments, each once for all the answers of a request. */
function contents(deps: ChatDeps, whose: Whose): (id: string) => Promise<Content | undefined> {
  const known = new Map<string, Promise<Content | undefined>>()
  return (id) => {
    const reading = known.get(id) ?? deps.store.readAttachment(whose, id)
    known.set(id, reading)
    return reading
  }
}

function emptyAnswer(parentId: string, model: string): NewMessage {
  const made = { id: uuid(), parentId, role: 'assistant', parts: [], status: 'streaming', model } as const
  return { ...made, parts: [], groupId: null, promptVersionId: null }
}

/** What a new answer goes on from: the words, without thoughts that another call had. */
function textOf(begun: MessageRecord | undefined): Part[] {
  return begun?.parts.filter(({ kind }) => kind === 'text' || kind === 'image' || kind === 'citation') ?? []
}

function draftOf(question: NewMessage, conversationId: string): MessageRecord {
  return { ...question, conversationId, generationId: null, figures: null, failure: null, createdAt: 0 }
}

/** OpenRouter keeps a conversation at one provider by its session. */
function attributionOf({ requestId, userAgent }: Asker, { conversationId }: Question): Attribution {
  const nothing = { origin: null, referer: null, title: null, categories: null }
  return { ...nothing, requestId, userAgent, sessionId: conversationId, tags: {} }
}

function invalid(field: string, expected: string): KeywayError {
  return new KeywayError('invalid_request', `"${field}" is invalid: expected ${expected}.`, { metadata: { field } })
}

function noSuch(): KeywayError {
  return new KeywayError('not_found', 'There is no conversation with that id.')
}
