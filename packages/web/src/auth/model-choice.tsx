import { lazy, Suspense } from 'react'
import { Either } from '../ui/either.tsx'
import { Spinner } from '../ui/spinner.tsx'
import type { Texts } from './texts.ts'

const ModelList = lazy(() => import('./model-list.tsx'))

type Props = { texts: Texts; models: string[] | null; onChange: (models: string[] | null) => void }

/** All models, or some: the list is asked for when it is wanted. */
export function ModelChoice({ texts, models, onChange }: Props) {
  return (
    <div className="grid gap-3">
      <Either
        label={texts.models}
        chosen={models === null ? 'all' : 'some'}
        options={[
          { value: 'all', text: texts.modelsAll },
          { value: 'some', text: texts.modelsSome },
        ]}
        onChoose={(value) => onChange(value === 'all' ? null : (models ?? []))}
      />
      {models !== null && (
        <Suspense fallback={<Spinner />}>
          <ModelList texts={texts} models={models} onChange={onChange} />
        </Suspense>
      )}
    </div>
  )
}
