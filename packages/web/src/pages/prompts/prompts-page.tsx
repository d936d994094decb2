import { useSuspenseQuery } from '@tanstack/react-query'
import { Link, useSearch } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { TimeAgo } from '../../format/time-ago.tsx'
import { promptsQuery } from '../../prompts/queries.ts'
import { variablesOf } from '../../prompts/variables.ts'
import { buttonClass } from '../../ui/button.tsx'
import { Chip } from '../../ui/chip.tsx'
import { Card, Page } from '../../ui/page.tsx'
import { PromptEditor } from './prompt-editor.tsx'

/** The texts that a person uses again; with `?open=` one of them, or a new one. */
export function PromptsPage() {
  const { open } = useSearch({ from: '/shell/prompts' })
  const { data: prompts } = useSuspenseQuery(promptsQuery)
  if (open === 'new') return <PromptEditor key="new" prompt={undefined} />
  const prompt = prompts.find(({ id }) => id === open)
  return prompt === undefined ? <PromptList /> : <PromptEditor key={prompt.id} prompt={prompt} />
}

function PromptList() {
  const { t } = useTranslation()
  const { data: prompts } = useSuspenseQuery(promptsQuery)
  const variable = '{{variable}}'
  const newPrompt = (
    <Link to="/prompts" search={{ open: 'new' }} className={buttonClass('primary', 'md')}>
      <Plus aria-hidden="true" />
      {t('prompts.new')}
    </Link>
  )
  return (
    <Page title={t('prompts.title')} about={t('prompts.about')} action={prompts.length > 0 && newPrompt}>
      {prompts.length === 0 ? (
        <Card className="grid justify-items-center gap-3 px-6 py-14 text-center">
          <p aria-hidden="true" className="mb-1 font-mono text-2xl text-ink-3">
            /<span className="text-brass-text">_</span>
          </p>
          <h2 className="text-lg font-semibold">{t('prompts.emptyTitle')}</h2>
          <p className="mb-2 max-w-md text-ink-2">{t('prompts.emptyAbout', { variable })}</p>
          {newPrompt}
        </Card>
      ) : (
        <Card>
          <ul>
            {prompts.map(({ id, slug, title, text, version, updated_at }) => (
              <li key={id} className="relative border-b border-line last:border-b-0 hover:bg-hover">
                <Link
                  to="/prompts"
                  search={{ open: id }}
                  className="grid gap-x-4 gap-y-0.5 rounded-md px-4 py-3 sm:grid-cols-[minmax(0,1fr)_auto]"
                >
                  <span className="flex min-w-0 flex-wrap items-baseline gap-x-2.5">
                    <span className="truncate font-medium">{title}</span>
                    <span className="font-mono text-xs text-brass-text">/{slug}</span>
                  </span>
                  <span className="text-xs text-ink-3 sm:text-right">
                    {t('prompts.version', { version })} · <TimeAgo moment={updated_at} />
                  </span>
                  <span className="truncate text-sm text-ink-3">{text.slice(0, 200)}</span>
                  <span className="flex flex-wrap gap-1.5 sm:justify-end">
                    {variablesOf(text)
                      .slice(0, 3)
                      .map((name) => (
                        <Chip key={name}>{name}</Chip>
                      ))}
                  </span>
                </Link>
              </li>
            ))}
          </ul>
        </Card>
      )}
    </Page>
  )
}
