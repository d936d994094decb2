import type { Attachment, Part } from '@keyway/contract'
import { ArrowUp, Paperclip, Square } from 'lucide-react'
import {
  type ClipboardEvent,
  type KeyboardEvent,
  lazy,
  type ReactNode,
  type Ref,
  Suspense,
  useCallback,
  useEffect,
  useImperativeHandle,
  useRef,
} from 'react'
import { useTranslation } from 'react-i18next'
import { withTexts } from '../../i18n/i18n.ts'
import { useSlash } from '../../prompts/use-slash.ts'
import type { WordedColumn } from '../thread/outgoing.ts'
import type { Draft } from './draft.ts'
import { DropTarget } from './drop-target.tsx'
import { growWithText } from './grow-with-text.ts'
import { ModelButtons } from './model-buttons.tsx'
import { partsOf } from './parts-of.ts'
import { isSendKey } from './send-key.ts'
import { useUploads } from './use-uploads.ts'

const SlashMenu = lazy(() => withTexts(['prompts'], import('../../prompts/slash-menu.tsx')))
const AttachmentChips = lazy(() => withTexts(['composer'], import('./attachment-chips.tsx')))

/** Files that the server takes. What one really is, it reads from the bytes. */
const ACCEPTED = 'image/png,image/jpeg,image/gif,image/webp,application/pdf,text/*,.md,.csv,.json,.log,.yaml,.yml,.toml'

export type ComposerHandle = { focus: () => void }

type Props = {
  draft: Draft
  onDraft: (change: (draft: Draft) => Draft) => void
  models: readonly string[]
  onModels: (models: string[]) => void
  onSend: (parts: Part[], promptVersionId: string | undefined) => void
  /** A message in several wordings, side by side; what is written beside it stays. */
  onCompare: (columns: WordedColumn[]) => void
  /** Why nothing can be sent at the moment, if so. */
  blocked?: boolean
  /** An answer is being written: the button stops it. */
  onStop?: (() => void) | undefined
  stopping?: boolean
  /** Beside the models. */
  options?: ReactNode
  /** About what the message costs. Above the buttons on a phone, whose row is full. */
  cost?: ReactNode
  /** At the right, before the button. */
  meter?: ReactNode
  ref?: Ref<ComposerHandle>
}

/** Where one writes. It has the focus from the start, and whatever is in it survives. */
export function Composer({
  draft,
  onDraft,
  models,
  onModels,
  onSend,
  onCompare,
  blocked,
  onStop,
  stopping,
  options,
  cost,
  meter,
  ref,
}: Props) {
  const { t } = useTranslation()
  const field = useRef<HTMLTextAreaElement>(null)
  const files = useRef<HTMLInputElement>(null)
  useImperativeHandle(ref, () => ({ focus: () => field.current?.focus() }), [])
  const arrived = useCallback(
    (attachment: Attachment) =>
      onDraft((before) => ({
        ...before,
        attachments: [...before.attachments.filter(({ id }) => id !== attachment.id), attachment],
      })),
    [onDraft],
  )
  const { uploads, add, drop } = useUploads(arrived)
  const { slash, note, close } = useSlash(field)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another text has another height
  useEffect(() => growWithText(field.current), [draft.text])

  const waiting = uploads.some(({ error }) => error === undefined)
  const empty = draft.text.trim() === '' && draft.attachments.length === 0
  const ready = !empty && !waiting && blocked !== true && models.length > 0
  const send = () => {
    if (!ready || onStop !== undefined) return
    onSend(partsOf(draft), draft.promptVersionId)
    onDraft(() => ({ text: '', attachments: [] }))
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (!isSendKey(event)) return
    event.preventDefault()
    send()
  }
  const onPaste = (event: ClipboardEvent) => {
    if (event.clipboardData.files.length === 0) return
    event.preventDefault()
    add(event.clipboardData.files)
  }
  return (
    <form
      aria-label={t('composer.label')}
      className="relative rounded-xl border border-line-strong bg-raised shadow-low transition-[border-color] duration-150 focus-within:border-brass-line"
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
    >
      <DropTarget onFiles={add} />
      {slash !== undefined && (
        <Suspense>
          <SlashMenu
            field={field}
            slash={slash}
            models={models}
            onClose={close}
            onCompare={(columns) => {
              close()
              onDraft((before) => ({ ...before, text: before.text.slice(0, slash.from) + before.text.slice(slash.to) }))
              onCompare(columns)
            }}
            onInsert={({ text, versionId }) => {
              const { from, to } = slash
              close()
              onDraft((before) => ({
                ...before,
                text: before.text.slice(0, from) + text + before.text.slice(to),
                promptVersionId: versionId,
              }))
              requestAnimationFrame(() => {
                field.current?.focus()
                field.current?.setSelectionRange(from + text.length, from + text.length)
              })
            }}
          />
        </Suspense>
      )}
      {(draft.attachments.length > 0 || uploads.length > 0) && (
        <Suspense>
          <AttachmentChips
            attachments={draft.attachments}
            uploads={uploads}
            onDrop={drop}
            onRemove={(id) =>
              onDraft((before) => ({ ...before, attachments: before.attachments.filter((one) => one.id !== id) }))
            }
          />
        </Suspense>
      )}
      <textarea
        ref={field}
        // biome-ignore lint/a11y/noAutofocus: writing is what the page is for
        autoFocus
        rows={1}
        name="message"
        aria-label={t('composer.message')}
        placeholder={t('composer.placeholder')}
        enterKeyHint="send"
        value={draft.text}
        onChange={({ target }) => {
          const text = target.value
          // Whoever begins anew begins without the prompt.
          onDraft(({ promptVersionId, ...before }) => ({
            ...before,
            text,
            ...(text === '' || promptVersionId === undefined ? {} : { promptVersionId }),
          }))
          note()
        }}
        onSelect={note}
        onKeyDown={onKeyDown}
        onPaste={onPaste}
        className="block max-h-[min(20rem,40dvh)] min-h-12 w-full resize-none overflow-y-auto bg-transparent px-4 pt-3.5 pb-1 text-[0.9375rem] leading-6 outline-none placeholder:text-ink-3 pointer-coarse:text-lg"
      />
      {cost && <p className="-mb-1 px-4 text-end sm:hidden">{cost}</p>}
      <div className="flex items-end gap-1 p-2">
        <input
          ref={files}
          type="file"
          multiple
          hidden
          accept={ACCEPTED}
          onChange={({ target }) => {
            add(target.files ?? [])
            target.value = ''
          }}
        />
        <button
          type="button"
          aria-label={t('composer.attach')}
          title={t('composer.attach')}
          onClick={() => files.current?.click()}
          className="grid size-8 shrink-0 place-items-center rounded-md text-ink-3 transition-colors duration-100 hover:bg-hover hover:text-ink pointer-coarse:size-11"
        >
          <Paperclip className="size-4" aria-hidden="true" />
        </button>
        <ModelButtons models={models} onChange={onModels} />
        {options}
        <div className="ml-auto flex shrink-0 items-center gap-2.5">
          {cost && <span className="max-sm:hidden">{cost}</span>}
          {meter}
          {onStop === undefined ? (
            <button
              type="submit"
              aria-label={t('composer.send')}
              title={t('composer.send')}
              disabled={!ready}
              className={ROUND}
            >
              <ArrowUp className="size-4.5" strokeWidth={2.4} aria-hidden="true" />
            </button>
          ) : (
            <button
              type="button"
              aria-label={stopping ? t('composer.stopping') : t('composer.stop')}
              title={`${t('composer.stop')} (Esc)`}
              onClick={onStop}
              className={stopping ? `${BRASS} flex h-8 items-center gap-2 px-2.5 pointer-coarse:h-11` : ROUND}
            >
              <Square
                className={`size-3.5 ${stopping ? 'animate-breathe' : ''}`}
                fill="currentColor"
                aria-hidden="true"
              />
              {stopping && <span className="text-sm font-medium">{t('composer.stopping')}</span>}
            </button>
          )}
        </div>
      </div>
    </form>
  )
}

const BRASS =
  'shrink-0 rounded-md bg-brass text-brass-ink transition-[background-color,translate] duration-100 ease-turn hover:bg-brass-hover active:translate-y-px disabled:bg-press disabled:text-ink-3 disabled:active:translate-y-0'
const ROUND = `${BRASS} grid size-8 place-items-center pointer-coarse:size-11`
