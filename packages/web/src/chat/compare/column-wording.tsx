import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { Differing } from '../../prompts/differing.tsx'
import { FoldedText, type Folding } from '../message/folded-text.tsx'
import { textOf } from '../thread/outgoing.ts'
import { useThread, useThreadStore } from '../thread/use-thread.ts'

const FOLD: Folding = {
  characters: 320,
  lines: 6,
  look: 'text-sm leading-5.5 text-ink-2',
  folded: 'max-h-33 [mask-image:linear-gradient(#000_65%,transparent)]',
}

/**
 * What this column was asked, with the words marked that another one was not.
 * @param others the wordings of the other columns
 */
export function ColumnWording({ id, others }: { id: string; others: readonly string[] }) {
  const { t } = useTranslation()
  const store = useThreadStore()
  const shape = useThread(({ thread }) => thread.shape)
  const named = others[0]
  // biome-ignore lint/correctness/useExhaustiveDependencies: a message that was sent does not change while it is there
  const [text, other] = useMemo(() => {
    const { messages } = store.get().thread
    const said = (of: string | undefined) => textOf(messages.get(of ?? '')?.parts ?? [])
    return [said(id), said(named)]
  }, [store, id, named, shape])
  return (
    <div className="border-b border-line bg-sunken px-4 py-2.5">
      <h2 className="sr-only">{t('chat.youSaid')}</h2>
      <FoldedText text={text} fold={FOLD}>
        <Differing text={text} from={other} />
      </FoldedText>
    </div>
  )
}
