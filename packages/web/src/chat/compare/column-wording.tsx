import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Differing } from '../../prompts/differing.tsx'
import { textOf } from '../thread/outgoing.ts'
import { useThread, useThreadStore } from '../thread/use-thread.ts'

/** Longer ones are folded. Characters and lines. */
const FOLD_CHARACTERS = 320
const FOLD_LINES = 6

/**
 * What this column was asked, with the words marked that another one was not.
 * @param others the wordings of the other columns
 */
export function ColumnWording({ id, others }: { id: string; others: readonly string[] }) {
  const { t } = useTranslation()
  const store = useThreadStore()
  const [whole, setWhole] = useState(false)
  const shape = useThread(({ thread }) => thread.shape)
  const named = others[0]
  // biome-ignore lint/correctness/useExhaustiveDependencies: a message that was sent does not change while it is there
  const [text, other] = useMemo(() => {
    const { messages } = store.get().thread
    const said = (of: string | undefined) => textOf(messages.get(of ?? '')?.parts ?? [])
    return [said(id), said(named)]
  }, [store, id, named, shape])
  const long = text.length > FOLD_CHARACTERS || text.split('\n').length > FOLD_LINES
  return (
    <div className="border-b border-line bg-sunken px-4 py-2.5">
      <h2 className="sr-only">{t('chat.youSaid')}</h2>
      <p
        className={`text-sm leading-5.5 wrap-anywhere whitespace-pre-wrap text-ink-2 ${long && !whole ? 'max-h-33 overflow-hidden [mask-image:linear-gradient(#000_65%,transparent)]' : ''}`}
      >
        <Differing text={text} from={other} />
      </p>
      {long && (
        <button
          type="button"
          aria-expanded={whole}
          onClick={() => setWhole(!whole)}
          className="mt-1 text-xs font-medium text-brass-text"
        >
          {whole ? t('chat.showLess') : t('chat.showAll')}
        </button>
      )}
    </div>
  )
}
