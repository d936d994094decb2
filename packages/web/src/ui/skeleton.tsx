import { useTranslation } from 'react-i18next'

/** Grey rows in the place of what is on its way. */
export function Skeleton({ rows = 3 }: { rows?: number }) {
  const { t } = useTranslation()
  return (
    <div role="status" aria-label={t('common.loading')} className="grid animate-breathe gap-2.5">
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all alike
        <div key={row} className="h-14 rounded-lg bg-hover" />
      ))}
    </div>
  )
}
