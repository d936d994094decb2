import { Ruler } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { formatTokens } from '../../format/tokens.ts'
import { withTexts } from '../../i18n/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { Notice } from '../../ui/notice.tsx'

const ModelPicker = lazy(() => withTexts(['picker'], import('../../picker/model-picker.tsx')))

/** All of it will hardly fit into the model: two ways on, before anything is sent. */
export function TooLong({
  room,
  onTrim,
  onChoose,
}: {
  room: number
  onTrim: () => void
  onChoose: (model: string) => void
}) {
  const { t, i18n } = useTranslation()
  const [picking, setPicking] = useState(false)
  return (
    <div className="pb-2">
      <Notice
        tone="brass"
        icon={<Ruler aria-hidden="true" />}
        title={t('composer.tooLong')}
        actions={
          <>
            <Button size="sm" look="primary" onClick={onTrim}>
              {t('chat.trim')}
            </Button>
            <Button size="sm" onClick={() => setPicking(true)}>
              {t('chat.biggerModel')}
            </Button>
          </>
        }
      >
        {t('composer.tooLongAbout', { room: formatTokens(room, i18n.language) })}
      </Notice>
      <Suspense>
        {picking && (
          <ModelPicker
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
