import type { Identity, SsoWay } from '@keyway/contract'
import { useSuspenseQuery } from '@tanstack/react-query'
import { Building2, Trash2 } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { identitiesQuery, sessionsQuery, stateQuery } from '../../api/queries.ts'
import { request } from '../../api/request.ts'
import { useAct } from '../../api/use-act.ts'
import { TimeAgo } from '../../format/time-ago.tsx'
import { Button, IconButton } from '../../ui/button.tsx'
import { Failure } from '../../ui/failure.tsx'
import { toast } from '../../ui/toast.ts'
import { ProviderMark } from '../sign-in/provider-mark.tsx'

/** Accounts elsewhere by which one signs in, and the providers of which one could be added. */
export function IdentityRows({ ways }: { ways: readonly SsoWay[] }) {
  const { t } = useTranslation()
  const { data: identities } = useSuspenseQuery(identitiesQuery)
  const add = useAct((provider: string) => request('POST /api/app/identities', { body: { provider } }), {
    done: ({ url }) => location.assign(url),
  })
  const others = ways.filter(({ id }) => !identities.some(({ provider }) => provider === id))
  return (
    <div className="border-t border-line">
      <div className="flex flex-wrap items-center justify-between gap-3 px-4 py-3">
        <div className="grid">
          <h3 className="font-medium">{t('account.identities')}</h3>
          {identities.length === 0 && <p className="text-sm text-ink-3">{t('account.identitiesNone')}</p>}
        </div>
        <div className="flex flex-wrap gap-2">
          {others.map(({ id, name, kind }) => (
            <Button key={id} size="sm" busy={add.isPending && add.variables === id} onClick={() => add.mutate(id)}>
              {kind === 'oidc' ? <Building2 aria-hidden="true" /> : <ProviderMark kind={kind} />}
              {t('account.identityAdd', { name })}
            </Button>
          ))}
        </div>
      </div>
      {identities.length > 0 && (
        <ul className="border-t border-line">
          {identities.map((identity) => (
            <IdentityRow
              key={identity.id}
              identity={identity}
              kind={ways.find(({ id }) => id === identity.provider)?.kind ?? 'oidc'}
            />
          ))}
        </ul>
      )}
      {add.error !== null && (
        <div className="px-4 pb-4">
          <Failure error={add.error} />
        </div>
      )}
    </div>
  )
}

function IdentityRow({ identity, kind }: { identity: Identity; kind: SsoWay['kind'] }) {
  const { t } = useTranslation()
  const { id, name, label, created_at, last_used_at } = identity
  const remove = useAct(() => request('DELETE /api/app/identities/:id', { params: { id } }), {
    changes: [identitiesQuery.queryKey, sessionsQuery.queryKey, stateQuery.queryKey],
    done: () => toast(t('account.identityRemoved')),
  })
  return (
    <li className="grid gap-2 border-b border-line px-4 py-2.5 last:border-b-0">
      <div className="flex items-center gap-3">
        <span className="inline-flex size-4.5 shrink-0 items-center justify-center text-brass-text">
          {kind === 'oidc' ? <Building2 className="size-4" aria-hidden="true" /> : <ProviderMark kind={kind} />}
        </span>
        <div className="min-w-0 flex-1">
          <p className="flex flex-wrap items-baseline gap-x-2">
            {name}
            {label !== null && <span className="wrap-anywhere text-sm text-ink-3">{label}</span>}
          </p>
          <p className="text-xs text-ink-3">
            {t('account.added')} <TimeAgo moment={created_at} />
            {last_used_at !== null && (
              <>
                {' · '}
                {t('account.lastUsed')} <TimeAgo moment={last_used_at} />
              </>
            )}
          </p>
        </div>
        <IconButton label={t('account.identityRemove', { name })} onClick={() => remove.mutate()}>
          <Trash2 aria-hidden="true" />
        </IconButton>
      </div>
      <Failure error={remove.error} />
    </li>
  )
}
