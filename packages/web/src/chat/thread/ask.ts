import type { Asked, Message, Part } from '@keyway/contract'
import { request } from '../../api/request.ts'
import { newId } from '../new-id.ts'
import { sayFailure, stopAnswer } from './acts.ts'
import type { Outgoing } from './outgoing.ts'
import { AWAITED, withConversation, withMessages, withoutMessages } from './thread.ts'
import { changeThread, type ThreadStore } from './thread-store.ts'

/**
 * Asks for answers. What is asked is shown at once; if it is refused, it is taken back and stands as the thread's trouble.
 * @param store of a conversation; one that the server does not know yet is made with it
 */
export async function ask(store: ThreadStore, outgoing: Outgoing): Promise<void> {
  const ids = outgoing.kind === 'wordings' ? outgoing.columns.map(newId) : [newId()]
  const before = store.get().thread.leaf
  const shown = foresee(store.id, ids, outgoing)
  changeThread(store, (thread) => ({
    ...withMessages(thread, shown),
    leaf: shown.find(({ role }) => role === 'assistant')?.id ?? thread.leaf,
  }))
  store.change((state) => ({ ...state, trouble: undefined, asking: state.asking + 1 }))
  try {
    const asked = await post(store, ids, outgoing)
    store.change((state) => (state.unborn ? { ...state, unborn: false } : state))
    changeThread(store, (thread) => {
      const told = withMessages(thread, asked.messages)
      const left = shown.map((one) => one.id).filter((one) => one.startsWith(AWAITED) && told.messages.has(one))
      const rid = left.length === 0 ? told : withoutMessages(told, left, told.leaf)
      const conversation = withConversation(rid, asked.conversation)
      // Whoever went to another branch meanwhile stays there.
      const stayed = rid.leaf !== null && rid.messages.has(rid.leaf)
      return stayed ? { ...conversation, leaf: rid.leaf } : conversation
    })
    stopUnwanted(store, shown, asked)
  } catch (error) {
    const taken = shown.map((one) => one.id)
    changeThread(store, (thread) => withoutMessages(thread, taken, before))
    store.change((state) => ({ ...state, trouble: { error, outgoing, returned: false } }))
  } finally {
    const gone = new Set(shown.map((one) => one.id))
    store.change((state) => ({
      ...state,
      asking: state.asking - 1,
      stopping: new Set([...state.stopping].filter((id) => !gone.has(id))),
    }))
  }
}

/** Ends the answers that somebody stopped before the server had named them. */
function stopUnwanted(store: ThreadStore, shown: readonly Message[], asked: Asked): void {
  const isAnswer = ({ role }: Message) => role === 'assistant'
  const named = asked.messages.filter(isAnswer)
  const { stopping } = store.get()
  for (const [place, awaited] of shown.filter(isAnswer).entries()) {
    const answer = named[place]
    if (stopping.has(awaited.id) && answer !== undefined) stopAnswer(store, answer.id).catch(sayFailure)
  }
}

function post(store: ThreadStore, ids: readonly string[], outgoing: Outgoing): Promise<Asked> {
  const params = { id: store.id }
  const trim = outgoing.trim ? { trim: true } : {}
  const { unborn, thread } = store.get()
  const { temporary, folder_id, settings } = thread.conversation
  const begins = unborn ? { begins: { temporary, folder_id, settings } } : {}
  if (outgoing.kind === 'wordings') {
    const columns = outgoing.columns.map(({ parts, model, promptVersionId }, place) => ({
      ...{ id: ids[place] ?? '', parts, model },
      ...fromPrompt(promptVersionId),
    }))
    const body = { parent_id: outgoing.parentId, columns, ...trim, ...begins }
    return request('POST /api/app/conversations/:id/comparisons', { params, body })
  }
  const common = { id: ids[0] ?? '', models: outgoing.models, ...trim }
  if (outgoing.kind === 'message') {
    const { parentId: parent_id, parts, promptVersionId } = outgoing
    const body = { ...common, parent_id, parts, ...fromPrompt(promptVersionId), ...begins }
    return request('POST /api/app/conversations/:id/messages', { params, body })
  }
  const { parentId: parent_id, continues } = outgoing
  const body = { ...common, parent_id, ...(continues === undefined ? {} : { continues }) }
  return request('POST /api/app/conversations/:id/answers', { params, body })
}

const fromPrompt = (id: string | undefined) => (id === undefined ? {} : { prompt_version_id: id })

/** The messages as they will be, so that they stand there before the server has said anything. */
function foresee(conversation_id: string, ids: readonly string[], outgoing: Outgoing): Message[] {
  const blank = {
    conversation_id,
    group_id: null,
    prompt_version_id: null,
    figures: null,
    failure: null,
    created_at: new Date().toISOString(),
  }
  const said = (id: string, of: { parentId: string | null; parts: Part[]; promptVersionId?: string }): Message => ({
    ...{ ...blank, id, parent_id: of.parentId, role: 'user', parts: of.parts, status: 'done', model: null },
    prompt_version_id: of.promptVersionId ?? null,
  })
  const awaited = (to: string | null, model: string, place: number): Message => ({
    ...{ ...blank, id: `${AWAITED}${ids[0]}:${place}`, parent_id: to, role: 'assistant', parts: [] },
    ...{ status: 'streaming', model },
  })
  if (outgoing.kind === 'wordings') {
    const { columns, parentId } = outgoing
    const group_id = `${AWAITED}${ids[0]}`
    return [
      ...columns.map((column, place) => ({ ...said(ids[place] ?? '', { ...column, parentId }), group_id })),
      ...columns.map(({ model }, place) => awaited(ids[place] ?? '', model, place)),
    ]
  }
  const group_id = outgoing.models.length > 1 ? `${AWAITED}${ids[0]}` : null
  const to = outgoing.kind === 'message' ? (ids[0] ?? '') : outgoing.parentId
  const answers = outgoing.models.map((model, place) => ({ ...awaited(to, model, place), group_id }))
  return outgoing.kind === 'answer' ? answers : [said(ids[0] ?? '', outgoing), ...answers]
}
