import type { SsoWay } from '@keyway/contract'
import { useMutation } from '@tanstack/react-query'
import { Building2 } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { request } from '../../api/request.ts'
import { Button } from '../../ui/button.tsx'
import { Failure } from '../../ui/failure.tsx'
import { ProviderMark } from './provider-mark.tsx'

/** Single sign-on: a button for each of the operator's providers. The browser leaves, and comes back to `returnTo`. */
export function SsoButtons({ ways, returnTo }: { ways: readonly SsoWay[]; returnTo: string }) {
  const { t } = useTranslation()
  const go = useMutation({
    mutationFn: (provider: string) => request('POST /api/app/login/sso', { body: { provider, return_to: returnTo } }),
    // The page is about to go: the button stays busy until it has.
    onSuccess: ({ url }) => {
      location.assign(url)
      return new Promise<void>(() => undefined)
    },
  })
  return (
    <div className="grid gap-2">
      {ways.map(({ id, name, kind }) => (
        <Button
          key={id}
          size="lg"
          busy={go.isPending && go.variables === id}
          onClick={() => !go.isPending && go.mutate(id)}
        >
          {kind === 'oidc' ? <Building2 aria-hidden="true" /> : <ProviderMark kind={kind} />}
          <span className="min-w-0 truncate">{t('signIn.sso', { name })}</span>
        </Button>
      ))}
      <Failure error={go.error} />
    </div>
  )
}
