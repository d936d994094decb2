import type { Prompt } from '@keyway/contract'
import { Link, useNavigate } from '@tanstack/react-router'
import { ArrowLeft, Trash2 } from 'lucide-react'
import { type FormEvent, lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { AppError } from '../../api/app-error.ts'
import { request } from '../../api/request.ts'
import { useAct } from '../../api/use-act.ts'
import { withTexts } from '../../i18n/i18n.ts'
import { promptsQuery } from '../../prompts/queries.ts'
import { variablesOf } from '../../prompts/variables.ts'
import { Button } from '../../ui/button.tsx'
import { Chip } from '../../ui/chip.tsx'
import { Failure } from '../../ui/failure.tsx'
import { AreaField, TextField } from '../../ui/field.tsx'
import { Card, Page } from '../../ui/page.tsx'
import { toast } from '../../ui/toast.ts'
import { isSlug, SLUG_CHARACTERS_MAX, slugOf } from './slug.ts'
import { VersionList } from './version-list.tsx'

const RemovePromptDialog = lazy(() => withTexts(['prompts'], import('./remove-prompt-dialog.tsx')))

/** A prompt and its versions; without one, the form for a new one. */
export function PromptEditor({ prompt }: { prompt: Prompt | undefined }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const [removing, setRemoving] = useState(false)
  const [draft, setDraft] = useState({
    title: prompt?.title ?? '',
    slug: prompt?.slug ?? '',
    text: prompt?.text ?? '',
    /** The slug follows the title until somebody writes one. */
    ownSlug: prompt !== undefined,
  })
  const [tried, setTried] = useState(false)
  const slug = draft.ownSlug ? draft.slug : slugOf(draft.title)
  const body = { title: draft.title.trim(), slug, text: draft.text }
  const save = useAct(
    () =>
      prompt === undefined
        ? request('POST /api/app/prompts', { body })
        : request('PATCH /api/app/prompts/:id', { params: { id: prompt.id }, body }),
    {
      changes: [promptsQuery.queryKey],
      done: async (saved) => {
        toast(prompt === undefined ? t('prompts.created', { slug: saved.slug }) : t('prompts.saved'))
        if (prompt === undefined) await navigate({ to: '/prompts', search: { open: saved.id }, replace: true })
      },
    },
  )
  const taken = save.error instanceof AppError && save.error.code === 'conflict'
  const missing = (text: string) => (tried && text.trim() === '' ? t('prompts.missing') : undefined)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (body.title !== '' && isSlug(slug) && body.text.trim() !== '') save.mutate()
  }
  const sameText = prompt !== undefined && prompt.text === draft.text
  const variables = variablesOf(draft.text)
  const variable = '{{variable}}'
  return (
    <Page
      title={prompt === undefined ? t('prompts.new') : `/${prompt.slug}`}
      about={
        <Link to="/prompts" className="inline-flex items-center gap-1.5 text-sm hover:text-ink [&_svg]:size-3.5">
          <ArrowLeft aria-hidden="true" />
          {t('prompts.back')}
        </Link>
      }
      action={
        prompt !== undefined && (
          <Button look="ghost" onClick={() => setRemoving(true)}>
            <Trash2 aria-hidden="true" />
            {t('prompts.delete')}
          </Button>
        )
      }
    >
      <div className={`grid items-start gap-6 ${prompt === undefined ? '' : 'lg:grid-cols-[minmax(0,1fr)_17rem]'}`}>
        <form onSubmit={submit} className="grid gap-4" noValidate>
          <div className="grid gap-4 sm:grid-cols-2">
            <TextField
              label={t('prompts.name')}
              hint={t('prompts.nameHint')}
              error={missing(draft.title)}
              value={draft.title}
              maxLength={200}
              autoFocus={prompt === undefined}
              onChange={({ target }) => setDraft({ ...draft, title: target.value })}
            />
            <TextField
              label={t('prompts.slug')}
              hint={t('prompts.slugHint')}
              error={taken ? t('prompts.slugTaken') : tried && !isSlug(slug) ? t('prompts.slugError') : undefined}
              value={slug}
              mono
              maxLength={SLUG_CHARACTERS_MAX}
              autoCapitalize="none"
              spellCheck={false}
              onChange={({ target }) => setDraft({ ...draft, slug: target.value, ownSlug: true })}
            />
          </div>
          <AreaField
            label={t('prompts.text')}
            hint={t('prompts.textHint', { variable })}
            error={missing(draft.text)}
            value={draft.text}
            rows={12}
            onChange={({ target }) => setDraft({ ...draft, text: target.value })}
          />
          {variables.length > 0 && (
            <p className="flex flex-wrap items-center gap-1.5 text-xs text-ink-3">
              {t('prompts.asks')}
              {variables.map((name) => (
                <Chip key={name} tone="brass">
                  {name}
                </Chip>
              ))}
            </p>
          )}
          {!taken && <Failure error={save.error} />}
          <div>
            <Button type="submit" look="primary" busy={save.isPending}>
              {prompt === undefined
                ? t('prompts.create')
                : sameText
                  ? t('prompts.saveSame')
                  : t('prompts.save', { version: prompt.version + 1 })}
            </Button>
          </div>
        </form>
        {prompt !== undefined && (
          <Card>
            <VersionList prompt={prompt} onRestored={(text) => setDraft((before) => ({ ...before, text }))} />
          </Card>
        )}
      </div>
      <Suspense>
        {removing && prompt !== undefined && <RemovePromptDialog prompt={prompt} onClose={() => setRemoving(false)} />}
      </Suspense>
    </Page>
  )
}
