import type { Credential } from '@keyway/contract'
import { CircleCheck, CircleHelp, CircleX, Ellipsis, RefreshCw, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { credentialsQuery } from '../api/queries.ts'
import { request } from '../api/request.ts'
import { useAct } from '../api/use-act.ts'
import { TimeAgo } from '../format/time-ago.tsx'
import { Button, IconButton } from '../ui/button.tsx'
import { Chip } from '../ui/chip.tsx'
import { Failure } from '../ui/failure.tsx'
import { Menu, MenuItem } from '../ui/menu.tsx'
import { Monogram } from './monogram.tsx'
import PasteDialog from './paste-dialog.tsx'
import { RemoveDialog } from './remove-dialog.tsx'

const CHECKS = {
  valid: { tone: 'hold', icon: CircleCheck },
  rejected: { tone: 'alarm', icon: CircleX },
  unverified: { tone: 'quiet', icon: CircleHelp },
} as const

/** One key in the vault: whose it is, masked, and what can be done with it. */
export function CredentialRow({ credential }: { credential: Credential }) {
  const { t } = useTranslation()
  const [open, setOpen] = useState<'replace' | 'remove' | undefined>()
  const { id, provider, origin, reach, hint } = credential
  const test = useAct(() => request('POST /api/app/credentials/:id/test', { params: { id } }), {
    changes: [credentialsQuery.queryKey],
  })
  const outcome = test.data?.outcome
  const words = test.data !== undefined && outcome !== 'valid' ? test.data.detail : credential.last_error
  return (
    <li className="grid gap-2.5 border-b border-line px-4 py-3.5 last:border-b-0">
      <div className="flex items-center gap-3.5">
        <Monogram name={provider.name} />
        <div className="min-w-0 flex-1">
          <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
            <span className="font-medium">{provider.name}</span>
            {reach !== 'own' && <Chip>{t(`credential.${reach}`)}</Chip>}
            {origin !== 'pasted' && <Chip>{t(`credential.${origin}`)}</Chip>}
            {credential.disabled && <Chip tone="alarm">{t('credential.disabled')}</Chip>}
            {outcome !== undefined && <Outcome outcome={outcome} />}
          </p>
          <p className="flex flex-wrap gap-x-3 text-xs text-ink-3">
            <span className="font-mono text-ink-2">{hint}</span>
            {credential.last_used_at !== null ? (
              <span>
                {t('credential.lastUsed')} <TimeAgo moment={credential.last_used_at} />
              </span>
            ) : (
              // Nothing is kept of what the environment brings, so nobody knows.
              origin !== 'environment' && <span>{t('credential.unused')}</span>
            )}
          </p>
        </div>
        <Button
          size="sm"
          onClick={() => test.mutate()}
          busy={test.isPending}
          aria-label={t('credential.testOf', { name: provider.name })}
        >
          {t('credential.test')}
        </Button>
        {credential.mine && origin === 'pasted' && (
          <Menu
            trigger={
              <IconButton label={t('common.menuFor', { name: provider.name })}>
                <Ellipsis aria-hidden="true" />
              </IconButton>
            }
          >
            <MenuItem onSelect={() => setOpen('replace')}>
              <RefreshCw aria-hidden="true" />
              {t('credential.replace')}
            </MenuItem>
            <MenuItem danger onSelect={() => setOpen('remove')}>
              <Trash2 aria-hidden="true" />
              {t('credential.remove')}
            </MenuItem>
          </Menu>
        )}
      </div>
      {words !== null && <p className="border-l-2 border-alarm-line pl-3 text-sm text-alarm">{words}</p>}
      <Failure error={test.error} />
      {open === 'replace' && <PasteDialog replaces={credential} onClose={() => setOpen(undefined)} />}
      {open === 'remove' && <RemoveDialog credential={credential} onClose={() => setOpen(undefined)} />}
    </li>
  )
}

function Outcome({ outcome }: { outcome: keyof typeof CHECKS }) {
  const { t } = useTranslation()
  const { tone, icon: Icon } = CHECKS[outcome]
  return (
    <span role="status">
      <Chip tone={tone}>
        <Icon aria-hidden="true" />
        {t(`credential.${outcome}`)}
      </Chip>
    </span>
  )
}
