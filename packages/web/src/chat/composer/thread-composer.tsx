import type { Part } from '@keyway/contract'
import { useSuspenseQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { AppError } from '../../api/app-error.ts'
import { stateQuery } from '../../api/queries.ts'
import { HouseNote } from '../house-note.tsx'
import { isTooLong } from '../message/remedies.ts'
import { useModels } from '../models.ts'
import { sayFailure, stopAll } from '../thread/acts.ts'
import { ask } from '../thread/ask.ts'
import { askedOf } from '../thread/outgoing.ts'
import { messagesBefore } from '../thread/tree.ts'
import { useThread, useThreadStore } from '../thread/use-thread.ts'
import { Composer, type ComposerHandle } from './composer.tsx'
import { ContextMeter } from './context-meter.tsx'
import { isEmpty, NEW_DRAFT, useDraft } from './draft.ts'
import { NextCost } from './next-cost.tsx'
import { NotCallable } from './not-callable.tsx'
import { draftOf, partsOf } from './parts-of.ts'
import { TooLong } from './too-long.tsx'
import { TroubleNotice } from './trouble-notice.tsx'
import { useChosenModels } from './use-chosen-models.ts'
import { useEstimate } from './use-estimate.ts'

/** Where the conversation goes on, and what stands in the way of that. */
export function ThreadComposer() {
  const { t } = useTranslation()
  const store = useThreadStore()
  const models = useModels()
  const { data: state } = useSuspenseQuery(stateQuery)
  const [chosen, choose] = useChosenModels()
  const unborn = useThread(({ unborn }) => unborn)
  const [draft, setDraft] = useDraft(unborn ? NEW_DRAFT : store.id)
  const composer = useRef<ComposerHandle>(null)
  const trouble = useThread(({ trouble }) => trouble)
  const line = useThread(({ line }) => line)
  const writing = useThread(({ thread }) => [...thread.messages.values()].some(({ status }) => status === 'streaming'))
  const stopping = useThread(({ stopping }) => stopping.size > 0)

  // What could not go out comes back, before what was written since.
  useEffect(() => {
    if (trouble?.outgoing.kind !== 'message' || trouble.returned) return
    const { parts } = trouble.outgoing
    setDraft((since) => draftOf(parts, since))
    store.change((state) => ({ ...state, trouble: { ...trouble, returned: true } }))
  }, [trouble, setDraft, store])

  const estimate = useEstimate(draft, chosen)
  const tooLong = estimate.room !== undefined && estimate.input > estimate.room
  // What can be done about it is known here better than from the refusal.
  const refusedAsTooLong = trouble?.error instanceof AppError && isTooLong(trouble.error.code)
  useEffect(() => {
    if (refusedAsTooLong && tooLong) store.change((state) => ({ ...state, trouble: undefined }))
  }, [refusedAsTooLong, tooLong, store])
  const before = useThread(({ thread, trouble }) => {
    const outgoing = trouble?.outgoing
    if (outgoing === undefined || outgoing.parentId === null) return 0
    return messagesBefore(thread.messages, outgoing.parentId) + (outgoing.kind === 'answer' ? 0 : 1)
  })
  const gone = chosen.filter((id) => models.get(id)?.callable !== true)
  const house = chosen.some((id) => models.get(id)?.house === true) ? state.house : null
  const send = (
    parts: Part[],
    { trim, promptVersionId }: { trim?: true; promptVersionId?: string | undefined } = {},
  ) => {
    const { leaf } = store.get().thread
    void ask(store, {
      kind: 'message',
      parts,
      parentId: leaf,
      models: chosen,
      ...(trim ? { trim } : {}),
      ...(promptVersionId === undefined ? {} : { promptVersionId }),
    })
  }
  return (
    <div className="relative mx-auto w-full max-w-[51rem] shrink-0 px-3 before:pointer-events-none before:absolute before:inset-x-0 before:bottom-full before:h-8 before:bg-linear-to-t before:from-canvas before:to-transparent pb-[max(0.75rem,env(safe-area-inset-bottom))] sm:px-6">
      {!line && (
        <p role="status" className="animate-rise px-2 pb-1.5 text-xs text-ink-3">
          {t('chat.lineLost')}
        </p>
      )}
      {trouble !== undefined && (
        <TroubleNotice
          trouble={trouble}
          before={before}
          onAgain={({ model, trim }) => {
            if (model !== undefined) choose([model])
            const wished = model === undefined ? trouble.outgoing : askedOf(model, trouble.outgoing)
            const again = trim ? { ...wished, trim } : wished
            if (again.kind !== 'message') {
              void ask(store, again)
              return
            }
            // What came back to the composer may have been mended there.
            const parts = partsOf(draft)
            setDraft(() => ({ text: '', attachments: [] }))
            void ask(store, { ...again, parts: parts.length === 0 ? again.parts : parts })
          }}
          onClose={() => store.change((before) => ({ ...before, trouble: undefined }))}
        />
      )}
      {trouble === undefined && gone.length > 0 && <NotCallable models={gone} onChoose={(model) => choose([model])} />}
      {trouble === undefined && tooLong && (
        <TooLong
          estimate={estimate}
          draft={draft}
          onDraft={setDraft}
          onChoose={(model) => choose([model])}
          onTrim={() => {
            send(partsOf(draft), { trim: true })
            setDraft(() => ({ text: '', attachments: [] }))
          }}
        />
      )}
      <Composer
        ref={composer}
        draft={draft}
        onDraft={setDraft}
        models={chosen}
        onModels={choose}
        onSend={(parts, promptVersionId) => send(parts, { promptVersionId })}
        onCompare={(columns) => {
          void ask(store, { kind: 'wordings', columns, parentId: store.get().thread.leaf })
        }}
        blocked={gone.length > 0 || tooLong}
        onStop={writing ? () => stopAll(store).catch(sayFailure) : undefined}
        stopping={stopping}
        cost={!isEmpty(draft) && <NextCost costUsd={estimate.costUsd} />}
        meter={<ContextMeter estimate={estimate} />}
      />
      {house !== null && <HouseNote house={house} />}
    </div>
  )
}
