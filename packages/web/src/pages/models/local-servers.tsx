import { useQuery } from '@tanstack/react-query'
import { Server } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { localServersQuery, modelsQuery, providersQuery } from '../../api/queries.ts'
import { request } from '../../api/request.ts'
import { useAct } from '../../api/use-act.ts'
import { useSignedIn } from '../../api/use-signed-in.ts'
import { Button } from '../../ui/button.tsx'
import { Failure } from '../../ui/failure.tsx'
import { Notice } from '../../ui/notice.tsx'
import { toast } from '../../ui/toast.ts'

/** An Ollama on the server's own machine, offered to the owner. Nothing stands here where there is none. */
export function LocalServers() {
  const { t } = useTranslation()
  const { user } = useSignedIn()
  const { data: found = [] } = useQuery({ ...localServersQuery, enabled: user.role === 'owner' })
  const use = useAct(() => request('POST /api/app/local-servers/ollama'), {
    changes: [localServersQuery.queryKey, providersQuery.queryKey, modelsQuery.queryKey],
    done: () => toast(t('models.ollamaUsed')),
  })
  return (
    <>
      {found.map((server) => (
        <div key={server.id} className="mt-4 grid gap-3">
          <Notice
            tone="brass"
            icon={<Server aria-hidden="true" />}
            title={t('models.ollamaTitle')}
            actions={
              <Button size="sm" look="primary" busy={use.isPending} onClick={() => use.mutate()}>
                {t('models.ollamaUse')}
              </Button>
            }
          >
            {t('models.ollamaAbout', { count: server.models.length })}
            <span className="mt-0.5 block truncate font-mono text-xs text-ink-3">{server.base_url}</span>
          </Notice>
          <Failure error={use.error} />
        </div>
      ))}
    </>
  )
}
