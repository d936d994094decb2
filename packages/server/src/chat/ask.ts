import type { AnswerRequest, CompareRequest, MessageRole, Part, SendRequest } from '@keyway/contract'
import { KeywayError } from '../base/errors.ts'
import { uuid } from '../base/ids.ts'
import type { AskOutcome, MessageRecord, NewConversation, NewMessage, Whose } from '../store/chat-records.ts'
import {
  type AnswerWanted,
  type Asker,
  beginAnswers,
  emptyAnswer,
  noSuchConversation,
  type Whole,
} from './begin-answers.ts'
import { type Branch, branchTo } from './branch.ts'
import type { ChatDeps } from './chat-deps.ts'

/** The conversation that is asked in. */
export type Where = {
  conversationId: string
  /** What it is made with where it is not there yet; where what is asked is refused, it is not made. */
  begun: NewConversation | undefined
}

/**
 * Stores a message of the person's with its answers, and begins to write them. The same id again gives what the first gave.
 * @throws KeywayError not_found, conflict, invalid_request, model_not_callable, context_too_long, body_too_large,
 * daily_limit_reached, too_many_runs, limit_reached; nothing is stored then
 */
export async function send(deps: ChatDeps, asker: Asker, request: SendRequest & Where): Promise<AskOutcome> {
  const { id, conversationId, parent_id: parentId, models, trim } = request
  const whole = await read(deps, asker, request)
  const question = said(request.parts, { id, parentId, promptVersionId: request.prompt_version_id })
  if (has(whole, id)) return repeat(deps, asker, { id, conversationId, made: question })
  question.parts = await describeAttachments(deps, asker.whose, request.parts)
  const branch = [...before(whole, parentId), draftOf(question, conversationId)]
  const answers = models.map((model): AnswerWanted => ({ to: id, model, branch }))
  const asked = { id, conversationId, said: [question], answers, begunWith: undefined, trim, begins: whole.begins }
  return beginAnswers(deps, asker, { asked, whole })
}

/** One message in several wordings side by side, each with its own answer. @throws as {@link send} */
export async function compare(deps: ChatDeps, asker: Asker, request: CompareRequest & Where): Promise<AskOutcome> {
  const { conversationId, parent_id: parentId, columns, trim } = request
  const whole = await read(deps, asker, request)
  const groupId = uuid()
  const questions = columns.map(({ id, parts, prompt_version_id: promptVersionId }): NewMessage => {
    return { ...said(parts, { id, parentId, promptVersionId }), groupId }
  })
  const [first] = questions
  if (first === undefined) throw invalid('columns', 'at least one column')
  const { id } = first
  if (has(whole, id)) return repeat(deps, asker, { id, conversationId, made: first })
  const above = before(whole, parentId)
  const answers: AnswerWanted[] = []
  for (const [i, question] of questions.entries()) {
    question.parts = await describeAttachments(deps, asker.whose, question.parts)
    const branch = [...above, draftOf(question, conversationId)]
    answers.push({ to: question.id, model: columns[i]?.model ?? '', branch })
  }
  const asked = { id, conversationId, said: questions, answers, begunWith: undefined, trim, begins: whole.begins }
  return beginAnswers(deps, asker, { asked, whole })
}

/** More answers to a message that is there, or the rest of one that ended early. @throws as {@link send} */
export async function answer(
  deps: ChatDeps,
  asker: Asker,
  request: AnswerRequest & { conversationId: string },
): Promise<AskOutcome> {
  const { id, conversationId, parent_id: to, models, trim } = request
  const whole = await read(deps, asker, { conversationId, begun: undefined })
  const made = { ...emptyAnswer(to, models[0] ?? ''), id }
  if (has(whole, id)) return repeat(deps, asker, { id, conversationId, made })
  const above = branchOf(whole, to, ['user', 'tool'])
  const begunWith = request.continues === undefined ? undefined : unfinished(whole, request.continues, to)
  if (begunWith !== undefined && models.length > 1) throw invalid('models', 'one model to go on with an answer')
  const branch = begunWith === undefined ? above : [...above, begunWith]
  const answers = models.map((model): AnswerWanted => ({ to, model, branch }))
  const asked = { id, conversationId, said: [], answers, begunWith, trim, begins: undefined }
  return beginAnswers(deps, asker, { asked, whole })
}

/** What an earlier request of that id made. @throws KeywayError conflict when it was another kind of request */
async function repeat(
  deps: ChatDeps,
  { whose }: Asker,
  { id, conversationId, made }: { id: string; conversationId: string; made: NewMessage },
): Promise<AskOutcome> {
  const ask = { id, conversationId, messages: [made], activeLeafId: id, title: '', at: deps.clock.now() }
  const outcome = await deps.store.ask(whose, ask, deps.limits)
  if (outcome === undefined) throw noSuchConversation()
  return outcome
}

async function read(deps: ChatDeps, { whose }: Asker, { conversationId, begun }: Where): Promise<Whole> {
  const whole = await deps.store.readConversation(whose, conversationId)
  if (whole !== undefined) {
    return { settings: whole.conversation.settings, messages: whole.messages, begins: undefined }
  }
  if (begun === undefined) throw noSuchConversation()
  return { settings: begun.settings, messages: [], begins: begun }
}

function has({ messages }: Whole, id: string): boolean {
  return messages.some((message) => message.id === id)
}

/** What a new message of the person's comes after. */
function before(whole: Whole, parentId: string | null): Branch {
  return parentId === null ? [] : branchOf(whole, parentId, ['assistant', 'tool', 'user'])
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

/** A message of the person's. */
function said(
  parts: Part[],
  of: { id: string; parentId: string | null; promptVersionId: string | undefined },
): NewMessage {
  const { id, parentId, promptVersionId = null } = of
  return { id, parentId, role: 'user', parts, status: 'done', model: null, groupId: null, promptVersionId }
}

function draftOf(question: NewMessage, conversationId: string): MessageRecord {
  return { ...question, conversationId, generationId: null, figures: null, failure: null, createdAt: 0 }
}

function invalid(field: string, expected: string): KeywayError {
  return new KeywayError('invalid_request', `"${field}" is invalid: expected ${expected}.`, { metadata: { field } })
}
