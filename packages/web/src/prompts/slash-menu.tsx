import type { Prompt } from '@keyway/contract'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { lazy, type RefObject, Suspense, useEffect, useId, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { WordedColumn } from '../chat/thread/outgoing.ts'
import { withTexts } from '../i18n/i18n.ts'
import { Kbd } from '../ui/kbd.tsx'
import { FillDialog } from './fill-dialog.tsx'
import type { Slash } from './find-slash.ts'
import { matchingPrompts } from './matching-prompts.ts'
import { promptsQuery } from './queries.ts'
import { variablesOf } from './variables.ts'

const CompareDialog = lazy(() => withTexts(['prompts'], import('./compare-dialog.tsx')))

/** More are found by another letter. */
const SHOWN_MAX = 8

/** What takes the place of the slash and its name. */
export type Inserted = { text: string; versionId: string }

/**
 * The prompts that a slash in the composer leads to. The field keeps the focus: while the menu is there, it takes the arrow
 * keys, Enter, Tab and Escape before the field does.
 */
export default function SlashMenu({
  field,
  slash,
  models,
  onInsert,
  onCompare,
  onClose,
}: {
  field: RefObject<HTMLTextAreaElement | null>
  slash: Slash
  models: readonly string[]
  onCompare: (columns: WordedColumn[]) => void
  onInsert: (inserted: Inserted) => void
  onClose: () => void
}) {
  const { t } = useTranslation()
  const listId = useId()
  const { data: prompts } = useQuery(promptsQuery)
  const found = useMemo(() => matchingPrompts(prompts ?? [], slash.slug).slice(0, SHOWN_MAX), [prompts, slash.slug])
  const [active, setActive] = useState(0)
  const [filling, setFilling] = useState<Prompt>()
  const [comparing, setComparing] = useState<Prompt>()
  const at = Math.min(active, found.length - 1)
  const chosen = found[at]
  const choose = (prompt: Prompt) => {
    if (variablesOf(prompt.text).length > 0) setFilling(prompt)
    else onInsert({ text: prompt.text, versionId: prompt.version_id })
  }

  const onKeyDown = useRef<(event: KeyboardEvent) => void>(() => undefined)
  useEffect(() => {
    onKeyDown.current = (event) => {
      if (event.isComposing || filling !== undefined || comparing !== undefined) return
      const prompt = chosen
      if (event.key === 'Escape') onClose()
      else if (prompt === undefined) return
      else if (event.key === 'ArrowDown') setActive((at + 1) % found.length)
      else if (event.key === 'ArrowUp') setActive((at - 1 + found.length) % found.length)
      else if (event.key === 'Enter' && event.altKey && prompt.version > 1) setComparing(prompt)
      else if ((event.key === 'Enter' && !event.shiftKey) || event.key === 'Tab') choose(prompt)
      else return
      event.preventDefault()
      event.stopPropagation()
    }
  })
  useEffect(() => {
    const target = field.current
    if (target === null) return
    const listener = (event: KeyboardEvent) => onKeyDown.current(event)
    target.addEventListener('keydown', listener)
    target.setAttribute('aria-autocomplete', 'list')
    target.setAttribute('aria-controls', listId)
    return () => {
      target.removeEventListener('keydown', listener)
      for (const name of ['aria-autocomplete', 'aria-controls', 'aria-activedescendant']) target.removeAttribute(name)
    }
  }, [field, listId])
  useEffect(() => {
    if (found.length > 0) field.current?.setAttribute('aria-activedescendant', `${listId}-${at}`)
    else field.current?.removeAttribute('aria-activedescendant')
  }, [field, listId, at, found.length])

  if (prompts === undefined) return null
  return (
    <>
      <div className="absolute inset-x-0 bottom-full z-30 mb-2 overflow-hidden rounded-lg border border-line bg-raised shadow-high">
        <div id={listId} role="listbox" aria-label={t('prompts.menu')} className="max-h-[40dvh] overflow-y-auto p-1">
          {found.map((prompt, index) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the field has the focus and takes the keys
            <div
              key={prompt.id}
              id={`${listId}-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === at}
              // The focus stays where one writes.
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => choose(prompt)}
              onPointerMove={() => setActive(index)}
              className="flex cursor-default items-baseline gap-3 rounded-md px-2.5 py-1.5 aria-selected:bg-press pointer-coarse:py-2.5"
            >
              <span className="shrink-0 font-mono text-sm text-brass-text">/{prompt.slug}</span>
              <span className="min-w-0 flex-1 truncate text-sm text-ink-2">{prompt.title}</span>
            </div>
          ))}
        </div>
        <div className="flex flex-wrap items-center justify-between gap-x-3 border-t border-line px-3.5 py-1.5 text-xs text-ink-3">
          <p role="status" className="empty:sr-only">
            {found.length === 0 && t('prompts.menuNone', { slug: slash.slug })}
          </p>
          {chosen !== undefined && chosen.version > 1 && (
            <button
              type="button"
              tabIndex={-1}
              aria-haspopup="dialog"
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => setComparing(chosen)}
              className="mr-auto flex items-center gap-2 rounded-sm text-ink-2 hover:text-ink pointer-coarse:h-10"
            >
              {t('prompts.compare')}
              <Kbd keys="alt+↵" />
            </button>
          )}
          <Link to="/prompts" className="underline underline-offset-2 hover:text-ink">
            {t('prompts.menuManage')}
          </Link>
        </div>
      </div>
      {filling !== undefined && (
        <FillDialog
          prompt={filling}
          onFilled={(text) => onInsert({ text, versionId: filling.version_id })}
          onClose={onClose}
        />
      )}
      <Suspense>
        {comparing !== undefined && (
          <CompareDialog prompt={comparing} models={models} onCompare={onCompare} onClose={onClose} />
        )}
      </Suspense>
    </>
  )
}
