import { ModelChecks } from '../picker/model-checks.tsx'
import { Problem } from './problem.tsx'
import { fill, type Texts } from './texts.ts'

type Props = { texts: Texts; models: string[]; onChange: (models: string[]) => void }

/** The list of models with the page's own texts. */
export default function ModelList({ texts, models, onChange }: Props) {
  const { modelsFilter: filter, modelsEmpty: empty, modelsNothing: nothing, modelsNone: none, modelsChosen } = texts
  return (
    <ModelChecks
      texts={{ filter, empty, nothing, none, chosen: (count) => fill(modelsChosen, { count }) }}
      models={models}
      onChange={onChange}
      failed={(error) => <Problem error={error} />}
    />
  )
}
