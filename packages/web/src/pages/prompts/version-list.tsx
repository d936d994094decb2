import type { Prompt, PromptVersion } from '@keyway/contract'
import { useQuery } from '@tanstack/react-query'
import { ChevronRight } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { request } from '../../api/request.ts'
import { useAct } from '../../api/use-act.ts'
import { TimeAgo } from '../../format/time-ago.tsx'
import { promptsQuery, promptVersionsQuery } from '../../prompts/queries.ts'
import { Button } from '../../ui/button.tsx'
import { Chip } from '../../ui/chip.tsx'
import { Failure } from '../../ui/failure.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { toast } from '../../ui/toast.ts'

/** What a prompt said before. Restoring makes a new version of an old one, so that nothing is lost by it either. */
export function VersionList({ prompt, onRestored }: { prompt: Prompt; onRestored: (text: string) => void }) {
  const { t } = useTranslation()
  const { data: versions, error } = useQuery(promptVersionsQuery(prompt.id))
  return (
    <section>
      <h2 className="border-b border-line px-4 py-2.5 text-sm font-medium">{t('prompts.versions')}</h2>
      {versions === undefined && (
        <div className="p-4">{error === null ? <Skeleton rows={2} /> : <Failure error={error} />}</div>
      )}
      <ul aria-label={t('prompts.versionsOf', { slug: prompt.slug })}>
        {versions?.map((version) => (
          <Version key={version.id} prompt={prompt} version={version} onRestored={onRestored} />
        ))}
      </ul>
    </section>
  )
}

function Version({
  prompt,
  version,
  onRestored,
}: {
  prompt: Prompt
  version: PromptVersion
  onRestored: (text: string) => void
}) {
  const { t } = useTranslation()
  const current = version.id === prompt.version_id
  const restore = useAct(
    () =>
      request('PATCH /api/app/prompts/:id', {
        params: { id: prompt.id },
        body: { text: version.text },
      }),
    {
      changes: [promptsQuery.queryKey],
      done: (restored) => {
        toast(t('prompts.restored', { version: version.version, now: restored.version }))
        onRestored(version.text)
      },
    },
  )
  return (
    <li className="border-b border-line last:border-b-0">
      <details className="group">
        <summary className="flex list-none flex-wrap items-center justify-between gap-2 px-4 py-2.5 text-sm hover:bg-hover [&::-webkit-details-marker]:hidden">
          <span className="grid grid-cols-[auto_1fr] items-center gap-x-1.5">
            <ChevronRight
              className="size-3.5 text-ink-3 transition-transform duration-150 ease-turn group-open:rotate-90"
              aria-hidden="true"
            />
            {t('prompts.version', { version: version.version })}
            <span className="col-start-2 text-xs text-ink-3">
              <TimeAgo moment={version.created_at} />
            </span>
          </span>
          {current && <Chip tone="hold">{t('prompts.current')}</Chip>}
        </summary>
        <div className="grid gap-2 px-4 pb-3">
          <p className="max-h-60 overflow-y-auto whitespace-pre-wrap rounded-md bg-sunken px-3 py-2 text-xs leading-5 text-ink-2">
            {version.text}
          </p>
          <Failure error={restore.error} />
          {!current && (
            <Button
              size="sm"
              busy={restore.isPending}
              aria-label={t('prompts.restoreVersion', { version: version.version })}
              onClick={() => restore.mutate()}
            >
              {t('prompts.restore')}
            </Button>
          )}
        </div>
      </details>
    </li>
  )
}
