import { Ruler } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { formatTokens } from '../../format/tokens.ts'
import { withTexts } from '../../i18n/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { Notice } from '../../ui/notice.tsx'
import { toast } from '../../ui/toast.ts'
import { useModels } from '../models.ts'
import type { Draft } from './draft.ts'
import { estimateAttachment, estimateText, textWithin } from './estimate.ts'
import type { Estimate } from './estimate-next.ts'

const ModelPicker = lazy(() => withTexts(['picker'], import('../../picker/model-picker.tsx')))

/** How much of the model's context a message may fill that was shortened to fit: the rest is for the answer. */
const SHORTENED_SHARE = 0.75

/**
 * All of it will hardly fit into the model: the ways on, before anything is sent. A message that is too long by itself is
 * not helped by leaving out older ones; it gets shorter, or another model.
 */
export function TooLong({
  estimate: { input, alone, before, room = 0 },
  draft,
  onDraft,
  onTrim,
  onChoose,
}: {
  estimate: Estimate
  draft: Draft
  onDraft: (change: (draft: Draft) => Draft) => void
  onTrim: () => void
  onChoose: (model: string) => void
}) {
  const { t, i18n } = useTranslation()
  const models = useModels()
  const [picking, setPicking] = useState(false)
  const trims = alone <= room && before > 0
  const wanted = trims ? input : alone
  const bigger = [...models.values()].some(({ callable, context_length: size }) => callable && (size ?? 0) >= wanted)
  const tokens = (count: number) => formatTokens(count, i18n.language)
  return (
    <div className="pb-2">
      <Notice
        tone="brass"
        icon={<Ruler aria-hidden="true" />}
        title={trims ? t('composer.tooLong') : t('composer.tooLongAlone')}
        actions={
          <>
            {trims && (
              <Button size="sm" look="primary" onClick={onTrim}>
                {t('chat.trim')}
              </Button>
            )}
            {bigger && (
              <Button size="sm" look={trims ? 'plain' : 'primary'} onClick={() => setPicking(true)}>
                {t('chat.biggerModel')}
              </Button>
            )}
            {!trims && <Shorten draft={draft} room={room} alone={alone} onDraft={onDraft} />}
          </>
        }
      >
        {trims
          ? t('composer.tooLongAbout', { room: tokens(room) })
          : t('composer.tooLongAloneAbout', { tokens: tokens(alone), room: tokens(room) })}
      </Notice>
      <Suspense>
        {picking && (
          <ModelPicker
            contextMin={wanted}
            onClose={() => setPicking(false)}
            onChoose={(model) => {
              setPicking(false)
              onChoose(model)
            }}
          />
        )}
      </Suspense>
    </div>
  )
}

/** Leaves out the largest attachment, or of the text what does not fit. The message stays where it is, to be looked at. */
function Shorten({
  draft,
  room,
  alone,
  onDraft,
}: {
  draft: Draft
  room: number
  alone: number
  onDraft: (change: (draft: Draft) => Draft) => void
}) {
  const { t, i18n } = useTranslation()
  const [largest] = [...draft.attachments].sort((a, b) => estimateAttachment(b) - estimateAttachment(a))
  const text = estimateText(draft.text)
  const fits = Math.floor(room * SHORTENED_SHARE) - (alone - text)
  const change = (told: string, next: Partial<Draft>) => {
    onDraft((before) => ({ ...before, ...next }))
    toast(told, { action: { label: t('composer.undo'), run: () => onDraft(() => draft) } })
  }
  return (
    <>
      {largest !== undefined && (
        <Button
          size="sm"
          onClick={() => {
            const attachments = draft.attachments.filter(({ id }) => id !== largest.id)
            change(t('composer.leftOut', { name: largest.name }), { attachments })
          }}
        >
          {t('composer.leaveOut', { name: largest.name })}
        </Button>
      )}
      {text > fits && fits > 0 && (
        <Button
          size="sm"
          onClick={() => {
            const kept = textWithin(draft.text, fits)
            const letters = new Intl.NumberFormat(i18n.language).format(draft.text.length - kept.length)
            change(t('composer.shortened', { letters }), { text: kept })
          }}
        >
          {t('composer.shorten')}
        </Button>
      )}
    </>
  )
}
