import { useSuspenseQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { modelsQuery } from '../api/queries.ts'
import { Dialog } from '../ui/dialog.tsx'
import { FilterBar } from './filter-bar.tsx'
import { filterModels, NO_FILTERS } from './filter-models.ts'
import { listRows } from './list-rows.ts'
import { ModelList } from './model-list.tsx'
import { useRememberedModels } from './remembered-models.ts'

const NONE: readonly string[] = []

/** Choose a model, or look around where there is nothing to choose for. Everything works without a mouse. */
export default function ModelPicker({
  chosen,
  without = NONE,
  contextMin = 0,
  onChoose,
  onClose,
}: {
  chosen?: string
  /** Those that stand in another column already: once is enough. */
  without?: readonly string[]
  /** Those with so large a context are shown at first. Tokens. */
  contextMin?: number
  onChoose?: (id: string) => void
  onClose: () => void
}) {
  const { t } = useTranslation()
  const { data } = useSuspenseQuery(modelsQuery)
  const [filters, setFilters] = useState({ ...NO_FILTERS, contextMin })
  const { favourites, recent, toggleFavourite, addRecent } = useRememberedModels()
  const rows = useMemo(() => {
    const found = filterModels(data.data, filters).filter(({ id }) => !without.includes(id))
    return listRows(found, { favourites, recent, searching: filters.search.trim() !== '' })
  }, [data.data, filters, favourites, recent, without])
  return (
    <Dialog title={onChoose === undefined ? t('picker.available') : t('picker.title')} onClose={onClose} wide>
      <ModelList
        rows={rows}
        {...(chosen === undefined ? {} : { chosen })}
        favourites={favourites}
        onFavourite={toggleFavourite}
        {...(onChoose === undefined
          ? {}
          : {
              onChoose: (id: string) => {
                addRecent(id)
                onChoose(id)
              },
            })}
        search={filters.search}
        onSearch={(search) => setFilters({ ...filters, search })}
        filterBar={<FilterBar models={data.data} filters={filters} onChange={setFilters} />}
      />
    </Dialog>
  )
}
