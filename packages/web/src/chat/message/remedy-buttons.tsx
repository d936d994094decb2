import { useSuspenseQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { modelsQuery, stateQuery } from '../../api/queries.ts'
import { withTexts } from '../../i18n/i18n.ts'
import { useRememberedModels } from '../../picker/remembered-models.ts'
import { signInAddress } from '../../shell/leave.ts'
import { Button, buttonClass } from '../../ui/button.tsx'
import { useModels } from '../models.ts'
import { fallbackFor } from './fallback-model.ts'
import { Reconnect } from './reconnect.tsx'
import { isTooLong, type Remedy, remediesFor } from './remedies.ts'
import { RetryButton } from './retry-button.tsx'

const ModelPicker = lazy(() => withTexts(['picker'], import('../../picker/model-picker.tsx')))

/** Where OpenRouter sells credit. */
const TOP_UP_URL = 'https://openrouter.ai/settings/credits'

/**
 * The way on from a failure, as buttons.
 * @param asked the models that did not answer
 * @param waitMs after which it ends by itself, if the server said so
 * @param onAgain asks again: the same, another model, or without the oldest messages
 */
export function RemedyButtons({
  code,
  asked,
  before,
  waitMs,
  onAgain,
}: {
  code: string
  asked: readonly string[]
  /** How many messages come before the one that was not answered. */
  before: number
  waitMs?: number | undefined
  onAgain: (how: { model?: string; trim?: boolean }) => void
}) {
  const { t } = useTranslation()
  const { data: state } = useSuspenseQuery(stateQuery)
  const models = useModels()
  const { preselected } = useSuspenseQuery(modelsQuery).data
  const { favourites, recent } = useRememberedModels()
  const fallback = fallbackFor(asked, { models, remembered: [...favourites, ...recent], preselected })
  const [picking, setPicking] = useState(false)
  const house = state.house?.models.find((id) => models.get(id)?.callable === true)
  const button = (remedy: Remedy, first: boolean) => {
    const look = first ? 'primary' : 'plain'
    switch (remedy) {
      case 'reconnect':
        return <Reconnect key={remedy} look={look} />
      case 'top-up':
        return (
          <a
            key={remedy}
            href={TOP_UP_URL}
            target="_blank"
            rel="noopener noreferrer"
            className={buttonClass(look, 'sm')}
          >
            {t('chat.topUp')}
          </a>
        )
      case 'sign-in':
        // A whole new page: what this one knows is of a session that is over.
        return (
          <a key={remedy} href={signInAddress()} className={buttonClass(look, 'sm')}>
            {t('chat.signInAgain')}
          </a>
        )
      case 'house':
        return house === undefined ? null : (
          <Button key={remedy} look={look} size="sm" onClick={() => onAgain({ model: house })}>
            {t('chat.useHouse')}
          </Button>
        )
      case 'fallback':
        return fallback === undefined ? null : (
          <Button key={remedy} look={look} size="sm" onClick={() => onAgain({ model: fallback.id })}>
            {t('chat.goOnWith', { name: fallback.name })}
          </Button>
        )
      case 'trim':
        return (
          <Button key={remedy} look={look} size="sm" onClick={() => onAgain({ trim: true })}>
            {t('chat.trim')}
          </Button>
        )
      case 'anyway':
        return (
          <Button key={remedy} look={look} size="sm" onClick={() => onAgain({ trim: true })}>
            {t('chat.sendAnyway')}
          </Button>
        )
      case 'data':
        return (
          <Link key={remedy} to="/settings/data" className={buttonClass(look, 'sm')}>
            {t('chat.dataSettings')}
          </Link>
        )
      case 'other-model':
        return (
          <Button key={remedy} look={look} size="sm" onClick={() => setPicking(true)}>
            {isTooLong(code) ? t('chat.biggerModel') : t('chat.otherModel')}
          </Button>
        )
      default:
        return <RetryButton key={remedy} look={look} waitMs={waitMs} onRetry={() => onAgain({})} />
    }
  }
  return (
    <>
      {remediesFor(code, before).map((remedy, place) => button(remedy, place === 0))}
      <Suspense>
        {picking && (
          <ModelPicker
            onClose={() => setPicking(false)}
            onChoose={(model) => {
              setPicking(false)
              onAgain({ model })
            }}
          />
        )}
      </Suspense>
    </>
  )
}
