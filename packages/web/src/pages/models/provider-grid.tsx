import type { ProviderInfo } from '@keyway/contract'
import { ExternalLink, Plus, Server } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useSignedIn } from '../../api/use-signed-in.ts'
import { Monogram } from '../../vault/monogram.tsx'
import { CUSTOM } from '../../vault/paste-form.tsx'

const CELL = 'flex items-center gap-3.5 bg-surface px-4 py-3'
const ADD =
  'inline-flex size-8 shrink-0 items-center justify-center rounded-md text-ink-3 hover:bg-hover hover:text-ink pointer-coarse:size-11'

/** Every provider that a key can be pasted for, and a server of one's own for owners and admins. */
export function ProviderGrid({
  providers,
  onAdd,
}: {
  providers: readonly ProviderInfo[]
  onAdd: (provider: string) => void
}) {
  const { t } = useTranslation()
  const { user } = useSignedIn()
  return (
    <ul className="grid gap-px overflow-hidden rounded-lg border border-line bg-line shadow-low sm:grid-cols-2">
      {providers.map((provider) => (
        <li key={provider.id} className={CELL}>
          <Monogram name={provider.name} />
          <div className="min-w-0 flex-1">
            <p className="truncate font-medium">{provider.name}</p>
            <p className="truncate text-xs text-ink-3">
              {!provider.needs_key
                ? t('models.local')
                : provider.docs_url !== null && (
                    <a
                      href={provider.docs_url}
                      target="_blank"
                      rel="noreferrer"
                      aria-label={t('models.getKeyAt', { provider: provider.name })}
                      className="inline-flex items-center gap-1 rounded-sm underline decoration-line-strong underline-offset-2 hover:text-ink"
                    >
                      {t('models.getKey')}
                      <ExternalLink className="size-3" aria-hidden="true" />
                    </a>
                  )}
            </p>
          </div>
          <AddButton label={t('models.addTo', { provider: provider.name })} onClick={() => onAdd(provider.id)} />
        </li>
      ))}
      {user.role !== 'member' && (
        <li className={`${CELL} sm:last:odd:col-span-2`}>
          <span
            className="grid size-8 shrink-0 place-items-center rounded-md border border-line bg-sunken text-ink-2"
            aria-hidden="true"
          >
            <Server className="size-4" />
          </span>
          <div className="min-w-0 flex-1">
            <p className="font-medium">{t('models.custom')}</p>
            <p className="truncate text-xs text-ink-3">{t('models.customAbout')}</p>
          </div>
          <AddButton label={t('models.addTo', { provider: t('models.custom') })} onClick={() => onAdd(CUSTOM)} />
        </li>
      )}
    </ul>
  )
}

function AddButton({ label, onClick }: { label: string; onClick: () => void }) {
  return (
    <button type="button" className={ADD} aria-label={label} title={label} onClick={onClick}>
      <Plus className="size-4" aria-hidden="true" />
    </button>
  )
}
