import { useSuspenseQuery } from '@tanstack/react-query'
import { X } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { stateQuery } from '../api/queries.ts'
import { IconButton } from '../ui/button.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { openaiUrl } from './tool.ts'
import { UseItFrom } from './use-it-from.tsx'

/** After the first answer: the same from the programs that people write with. It goes as the chat goes on, unless it holds a key. */
export default function UseItCard({ due, onClose }: { due: boolean; onClose: () => void }) {
  const { t } = useTranslation()
  const { data: state } = useSuspenseQuery(stateQuery)
  const [holdsKey, setHoldsKey] = useState(false)
  if (!due && !holdsKey) return null
  const url = openaiUrl({ origin: state.public_url })
  return (
    <section
      aria-labelledby="use-it"
      className="relative animate-rise rounded-xl border border-line bg-surface p-4 shadow-low sm:p-5"
    >
      <h2 id="use-it" className="pr-10 font-semibold">
        {t('use.cardTitle')}
      </h2>
      <p className="mt-0.5 mb-3 flex flex-wrap items-center gap-x-1 pr-8 text-sm text-ink-2">
        {t('use.cardAbout')}{' '}
        <span className="inline-flex items-center gap-1">
          <code className="wrap-anywhere font-mono text-xs text-ink">{url}</code>
          <CopyButton text={url} label={t('use.copyUrl')} />
        </span>
      </p>
      <UseItFrom onIssued={() => setHoldsKey(true)} />
      <div className="absolute top-2.5 right-2.5">
        <IconButton label={t('use.close')} onClick={onClose}>
          <X aria-hidden="true" />
        </IconButton>
      </div>
    </section>
  )
}
