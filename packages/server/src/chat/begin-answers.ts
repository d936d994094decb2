import type { ChatSettings, Part } from '@keyway/contract'
import { KeywayError } from '../base/errors.ts'
import { uuid } from '../base/ids.ts'
import type { Attribution } from '../gateway/call.ts'
import type { Caller } from '../keys/caller.ts'
import type { AskOutcome, MessageRecord, NewConversation, NewMessage, Whose } from '../store/chat-records.ts'
import type { Branch } from './branch.ts'
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

/** What every kind of asking comes down to. */
export type Question = {
  /** Of the request, and of the first message that it makes. */
  id: string
  conversationId: string
  /** What the person says. Nothing: more answers to a message that is there. */
  said: readonly NewMessage[]
  answers: readonly AnswerWanted[]
  begunWith: MessageRecord | undefined
  trim: boolean | undefined
  /** The conversation, where it is made with what is asked. */
  begins: NewConversation | undefined
}

export type AnswerWanted = {
  /** The message that is answered. */
  to: string
  model: string
  /** Ends with that message, or with the answer to be gone on with. */
  branch: Branch
}

/** A conversation as it was read, or as it begins. */
export type Whole = {
  settings: ChatSettings
  messages: MessageRecord[]
  /** What it begins with, where it is not there yet. */
  begins: NewConversation | undefined
}

/**
 * Stores what the person says with its answers, and begins to write them.
 * @throws KeywayError not_found, conflict, body_too_large, daily_limit_reached, too_many_runs, limit_reached, and as
 * prepareAnswer; nothing is stored then
 */
export async function beginAnswers(
  deps: ChatDeps,
  asker: Asker,
  { asked, whole }: { asked: Question; whole: Whole },
): Promise<AskOutcome> {
  const { whose } = asker
  const room = deps.runs.takeRoom(whose.userId, asked.answers.length)
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

/** An answer that is about to be written. */
export function emptyAnswer(parentId: string, model: string): NewMessage {
  const made = { id: uuid(), parentId, role: 'assistant', parts: [], status: 'streaming', model } as const
  return { ...made, parts: [], groupId: null, promptVersionId: null }
}

/** There is none, or it is another's. */
export function noSuchConversation(): KeywayError {
  return new KeywayError('not_found', 'There is no conversation with that id.')
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
    settings: whole.settings,
    dataCollection: preferences?.data_collection ?? 'allow',
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
  for (const { model, branch } of asked.answers) {
    prepared.push(await prepareAnswer({ ...wanted, branch, asked: model }, preparing))
  }
  return prepared
}

async function store(deps: ChatDeps, whose: Whose, asked: Question): Promise<AskOutcome> {
  const { said, begunWith, begins } = asked
  // Side by side are the answers to one message; of several messages it is they.
  const groupId = said.length < 2 && asked.answers.length > 1 ? uuid() : null
  const answers = asked.answers.map(({ to, model }, i): NewMessage => {
    const made = { ...emptyAnswer(to, model), groupId, parts: textOf(begunWith) }
    // Of more answers to a message, the first bears the request's id, so that a repetition is known before all else.
    return said.length === 0 && i === 0 ? { ...made, id: asked.id } : made
  })
  const outcome = await deps.store.ask(
    whose,
    {
      id: asked.id,
      conversationId: asked.conversationId,
      ...(begins === undefined ? {} : { begins }),
      messages: [...said, ...answers],
      activeLeafId: answers[0]?.id ?? asked.id,
      title: titleOf(said[0]?.parts ?? []),
      at: deps.clock.now(),
    },
    deps.limits,
  )
  if (outcome === undefined) throw noSuchConversation()
  return outcome
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

/** What a new answer goes on from: the words, without thoughts that another call had. */
function textOf(begun: MessageRecord | undefined): Part[] {
  return begun?.parts.filter(({ kind }) => kind === 'text' || kind === 'image' || kind === 'citation') ?? []
}

/** OpenRouter keeps a conversation at one provider by its session. */
function attributionOf({ requestId, userAgent }: Asker, { conversationId }: Question): Attribution {
  const nothing = { origin: null, referer: null, title: null, categories: null }
  return { ...nothing, requestId, userAgent, sessionId: conversationId, tags: {} }
}
