import { useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Timer } from 'lucide-react'
import { lazy, Suspense, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { modelsQuery, stateQuery } from '../api/queries.ts'
import { withTexts } from '../i18n/i18n.ts'
import { fetchAhead, wasUpdated } from '../shell/missing-script.ts'
import { toast } from '../ui/toast.ts'
import { Composer } from './composer/composer.tsx'
import { isEmpty, NEW_DRAFT, useDraft } from './composer/draft.ts'
import { firstModels, rememberModels } from './composer/last-models.ts'
import { HouseNote } from './house-note.tsx'
import { useModels } from './models.ts'
import { preferencesQuery } from './preferences.ts'

// Where its script does not come, nothing is told: what cannot be sent then says why.
const FirstCost = lazy(() => import('./composer/first-cost.tsx').catch(() => ({ default: () => null })))
const Withheld = lazy(() => withTexts(['composer'], import('./composer/withheld.tsx')))
/** More names than this say no more. */
const NAMED_MAX = 3

/** Everything that comes with the first message: asked for as soon as the composer stands. */
const loadBeginning = () => import('./begin-chat.ts')

/** A chat without a message: the composer, and nothing in its way. */
export function NewChat({
  temporary,
  folderId,
  onConnect,
}: {
  temporary: boolean
  folderId: string | null
  /** Connects without leaving what was written; where there is no account yet. */
  onConnect: (() => void) | undefined
}) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const models = useModels()
  const { data: list } = useSuspenseQuery(modelsQuery)
  const { data: state } = useSuspenseQuery(stateQuery)
  const { data: preferences } = useQuery(preferencesQuery)
  const [draft, setDraft] = useDraft(NEW_DRAFT)
  const [chosen, setChosen] = useState<string[]>()
  const [failure, setFailure] = useState<{ error: unknown }>()
  const asked = chosen ?? firstModels(models, { usual: preferences?.default_model ?? null, proposed: list.preselected })
  useEffect(() => {
    const idle = setTimeout(() => fetchAhead(loadBeginning()), 400)
    return () => clearTimeout(idle)
  }, [])
  // The page's own failure says what became of the script.
  if (failure !== undefined) throw failure.error
  const begin = (act: (beginning: Awaited<ReturnType<typeof loadBeginning>>) => string) => {
    loadBeginning().then(
      (beginning) => navigate({ to: '/c/$id', params: { id: act(beginning) } }),
      async (error: unknown) => {
        // The script did not come: what was written is not lost with it.
        setDraft(() => draft)
        if (await wasUpdated()) setFailure({ error })
        else toast(t('failure.offline'), { tone: 'alarm' })
      },
    )
  }
  const withheld = asked.length > 0 ? [] : list.data.filter((model) => model.withheld)
  const hasHouse = state.house !== null && asked.some((id) => models.get(id)?.house === true)
  return (
    <div className="mx-auto flex min-h-[calc(100dvh-3.25rem)] w-full max-w-3xl animate-rise flex-col justify-end px-3 pb-[max(0.75rem,env(safe-area-inset-bottom))] sm:justify-center sm:px-8 sm:pb-[16dvh] lg:min-h-dvh">
      <h1 className="mb-6 px-1 text-2xl font-semibold max-sm:mb-auto max-sm:pt-[18dvh] sm:text-3xl">
        {temporary ? t('composer.titleTemporary') : t('composer.title')}
      </h1>
      {withheld.length > 0 && (
        <Suspense>
          <div className="pb-3">
            <Withheld models={withheld.slice(0, NAMED_MAX).map(({ id }) => id)} onChoose={(id) => setChosen([id])} />
          </div>
        </Suspense>
      )}
      <Composer
        draft={draft}
        onDraft={setDraft}
        models={asked}
        onModels={(next) => {
          rememberModels(next)
          setChosen(next)
        }}
        onSend={(parts, promptVersionId) =>
          begin(({ beginChat }) => beginChat({ parts, models: asked, temporary, folderId, promptVersionId }))
        }
        onCompare={(columns) => begin(({ beginComparison }) => beginComparison({ columns, temporary, folderId }))}
        cost={
          !isEmpty(draft) && (
            <Suspense>
              <FirstCost draft={draft} chosen={asked} />
            </Suspense>
          )
        }
        options={
          <button
            type="button"
            aria-pressed={temporary}
            aria-label={t('composer.temporary')}
            title={t('composer.temporary')}
            onClick={() => {
              void navigate({
                to: '/',
                search: (before) => {
                  const { temporary: was, ...rest } = before
                  return was ? rest : { ...rest, temporary: true }
                },
                replace: true,
              })
            }}
            className="grid size-8 shrink-0 place-items-center rounded-md text-ink-3 transition-colors duration-100 hover:bg-hover hover:text-ink aria-pressed:bg-brass-wash aria-pressed:text-brass-text pointer-coarse:size-11"
          >
            <Timer className="size-4" aria-hidden="true" />
          </button>
        }
      />
      {hasHouse && state.house !== null && <HouseNote house={state.house} onConnect={onConnect} />}
      <p className="px-1 pt-3 text-xs text-ink-3">
        {temporary ? t('composer.temporaryAbout') : t('composer.whereItGoes')}{' '}
        {!temporary && (
          <Link to="/settings/models" className="text-ink-2 underline underline-offset-2 hover:text-ink">
            {t('composer.manage')}
          </Link>
        )}
      </p>
    </div>
  )
}
