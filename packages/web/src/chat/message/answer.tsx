import type { Message } from '@keyway/contract'
import { memo, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { nameOf, useModels } from '../models.ts'
import { useThread } from '../thread/use-thread.ts'
import { AnswerActions } from './answer-actions.tsx'
import { AnswerEnd } from './answer-end.tsx'
import { AnswerFigures } from './answer-figures.tsx'
import { AnswerParts } from './answer-parts.tsx'
import { VariantSwitch } from './variant-switch.tsx'
import { Waiting } from './waiting.tsx'

type Props = {
  id: string
  variants: readonly string[]
  at: number
  /** The last one's figures and buttons are always seen; those of the others when one points at them. */
  last: boolean
  /** In a column its name stands elsewhere. */
  column?: boolean
  more?: ReactNode
}

/** One answer: who wrote it, what it says, how it ended, what it took. */
export const Answer = memo(function Answer({ id, variants, at, last, column = false, more }: Props) {
  const { t } = useTranslation()
  const message = useThread(({ thread }) => thread.messages.get(id))
  const stopping = useThread((state) => state.stopping.has(id))
  const models = useModels()
  if (message === undefined) return null
  const writing = message.status === 'streaming'
  const name = message.model === null ? t('chat.unknownModel') : nameOf(models, message.model)
  return (
    <article className="group/answer min-w-0" aria-busy={writing || undefined} data-answer={id}>
      <h2 className={column ? 'sr-only' : 'mb-1.5 flex items-center gap-2 text-xs font-medium text-ink-3'}>
        {!column && <span className="size-1.5 rounded-full bg-brass" aria-hidden="true" />}
        <span className="sr-only">{t('chat.answerOf')} </span>
        <span title={message.model ?? undefined}>{name}</span>
      </h2>
      {!hasContent(message) && writing ? <Waiting /> : <AnswerParts message={message} />}
      {stopping && writing && <p className="mt-2 animate-breathe text-xs text-ink-3">{t('chat.stopping')}</p>}
      <AnswerEnd message={message} />
      {!writing && (
        <footer
          className={`mt-1.5 -ml-2 flex flex-wrap items-start gap-x-1 transition-opacity duration-150 ${last || column ? '' : 'focus-within:opacity-100 group-hover/answer:opacity-100 [@media(hover:hover)]:opacity-0'}`}
        >
          <AnswerActions message={message} />
          <VariantSwitch variants={variants} at={at} />
          {more}
          {message.figures !== null && message.figures.tokens_prompt + message.figures.tokens_completion > 0 && (
            <div className="min-w-0 px-2 py-1.5 pointer-coarse:py-3">
              <AnswerFigures figures={message.figures} />
            </div>
          )}
        </footer>
      )}
    </article>
  )
})

function hasContent({ parts }: Message): boolean {
  return parts.some((part) => (part.kind === 'text' || part.kind === 'reasoning' ? part.text !== '' : true))
}
