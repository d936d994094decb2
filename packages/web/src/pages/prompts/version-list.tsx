import type { Prompt, PromptVersion } from '@keyway/contract'
import { useQuery } from '@tanstack/react-query'
import { ChevronRight, Columns3 } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { request } from '../../api/request.ts'
import { useAct } from '../../api/use-act.ts'
import { TimeAgo } from '../../format/time-ago.tsx'
import { withTexts } from '../../i18n/i18n.ts'
import { promptsQuery, promptVersionsQuery } from '../../prompts/queries.ts'
import { Button } from '../../ui/button.tsx'
import { Chip } from '../../ui/chip.tsx'
import { Failure } from '../../ui/failure.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { toast } from '../../ui/toast.ts'

const CompareHere = lazy(() => withTexts(['prompts'], import('./compare-here.tsx')))

/** What a prompt said before. Restoring makes a new version of an old one, so that nothing is lost by it either. */
export function VersionList({ prompt, onRestored }: { prompt: Prompt; onRestored: (text: string) => void }) {
  const { t } = useTranslation()
  const { data: versions, error } = useQuery(promptVersionsQuery(prompt.id))
  const [comparing, setComparing] = useState(false)
  return (
    <section>
      <header className="flex min-h-10 items-center justify-between gap-2 border-b border-line py-1.5 pr-2 pl-4">
        <h2 className="text-sm font-medium">{t('prompts.versions')}</h2>
        {versions !== undefined && versions.length > 1 && (
          <Button size="sm" look="ghost" aria-haspopup="dialog" onClick={() => setComparing(true)}>
            <Columns3 aria-hidden="true" />
            {t('prompts.compare')}
          </Button>
        )}
      </header>
      {versions === undefined && (
        <div className="p-4">{error === null ? <Skeleton rows={2} /> : <Failure error={error} />}</div>
      )}
      <ul aria-label={t('prompts.versionsOf', { slug: prompt.slug })}>
        {versions?.map((version) => (
          <Version key={version.id} prompt={prompt} version={version} onRestored={onRestored} />
        ))}
      </ul>
      <Suspense>{comparing && <CompareHere prompt={prompt} onClose={() => setComparing(false)} />}</Suspense>
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
