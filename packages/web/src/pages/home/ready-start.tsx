import type { ModelItem } from '@keyway/contract'
import { useSuspenseQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ChevronsUpDown, KeyRound } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { stateQuery } from '../../api/queries.ts'
import { Pins } from '../../brand/pins.tsx'
import { buttonClass } from '../../ui/button.tsx'
import { CodeBlock } from '../../ui/code-block.tsx'
import { Tabs } from '../../ui/tabs.tsx'
import { SNIPPETS } from './snippets.ts'

const ModelPicker = lazy(() => import('../../picker/model-picker.tsx'))

/** At least one model answers: which one, and the code that calls it. */
export default function ReadyStart({
  models,
  preselected,
}: {
  models: readonly ModelItem[]
  preselected: string | null
}) {
  const { t } = useTranslation()
  const { data: state } = useSuspenseQuery(stateQuery)
  const [picking, setPicking] = useState(false)
  const [chosen, setChosen] = useState(preselected ?? models[0]?.id ?? '')
  const model = models.find(({ id }) => id === chosen)
  return (
    <div className="mx-auto w-full max-w-3xl animate-rise px-4 py-10 sm:px-8 lg:pt-[12dvh]">
      <Pins set={4} className="mb-7 h-20 w-fit" />
      <h1 className="text-3xl font-semibold">{t('home.readyTitle')}</h1>
      <p className="mt-2.5 mb-7 text-lg text-ink-2">{t('home.readyAbout', { count: models.length })}</p>
      <div className="flex flex-wrap items-center gap-2.5">
        <button
          type="button"
          onClick={() => setPicking(true)}
          aria-label={`${t('home.model')}: ${model?.name ?? chosen}`}
          aria-haspopup="dialog"
          className={buttonClass('plain', 'lg', 'min-w-0 max-w-full')}
        >
          <span className="truncate">{model?.name ?? chosen}</span>
          <ChevronsUpDown aria-hidden="true" className="text-ink-3" />
        </button>
        <Link to="/keys" search={{ create: true }} className={buttonClass('primary', 'lg')}>
          <KeyRound aria-hidden="true" />
          {t('home.createKey')}
        </Link>
      </div>
      <div className="mt-6">
        <Tabs
          label={t('home.code')}
          tabs={SNIPPETS.map(({ name, write }) => ({
            id: name,
            title: name,
            panel: (
              <CodeBlock
                label={`${t('home.code')}: ${name}`}
                code={write({ baseUrl: state.public_url, model: chosen })}
              />
            ),
          }))}
        />
      </div>
      <p className="mt-3 text-xs text-ink-3">{t('home.codeNote')}</p>
      <p className="mt-8 border-t border-line pt-4 text-xs text-ink-3">
        {t('home.whereItGoes')}{' '}
        <Link to="/settings/models" className="text-ink-2 underline underline-offset-2 hover:text-ink">
          {t('home.manage')}
        </Link>
      </p>
      <Suspense>
        {picking && (
          <ModelPicker
            chosen={chosen}
            onClose={() => setPicking(false)}
            onChoose={(id) => {
              setChosen(id)
              setPicking(false)
            }}
          />
        )}
      </Suspense>
    </div>
  )
}
