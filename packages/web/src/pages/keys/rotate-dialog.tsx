import type { IssuedKey, Key } from '@keyway/contract'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { keysQuery } from '../../api/queries.ts'
import { request } from '../../api/request.ts'
import { useAct } from '../../api/use-act.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog, DialogActions } from '../../ui/dialog.tsx'
import { Failure } from '../../ui/failure.tsx'
import { SelectField } from '../../ui/field.tsx'

/** How long the old key may work on. Seconds. */
const OVERLAPS = { none: 0, hour: 3_600, day: 86_400, week: 604_800 } as const
type Overlap = keyof typeof OVERLAPS

const isOverlap = (text: string): text is Overlap => Object.hasOwn(OVERLAPS, text)

/** Another key in the place of one, with time to change over. */
export default function RotateDialog({
  data: key,
  onClose,
  onIssued,
}: {
  data: Key
  onClose: () => void
  onIssued: (issued: IssuedKey) => void
}) {
  const { t } = useTranslation()
  const [overlap, setOverlap] = useState<Overlap>('day')
  const rotate = useAct(
    () =>
      request('POST /api/app/keys/:hash/rotate', {
        params: { hash: key.hash },
        body: { overlap_seconds: OVERLAPS[overlap] },
      }),
    { changes: [keysQuery.queryKey], done: onIssued },
  )
  return (
    <Dialog title={t('keys.rotateTitle', { name: key.name })} about={t('keys.rotateAbout')} onClose={onClose}>
      <div className="grid gap-4">
        <SelectField
          label={t('keys.overlap')}
          value={overlap}
          onChange={(event) => isOverlap(event.target.value) && setOverlap(event.target.value)}
        >
          {(['none', 'hour', 'day', 'week'] as const).map((length) => (
            <option key={length} value={length}>
              {t(`keys.overlaps.${length}`)}
            </option>
          ))}
        </SelectField>
        <Failure error={rotate.error} />
      </div>
      <DialogActions>
        <Button onClick={onClose}>{t('common.cancel')}</Button>
        <Button look="primary" busy={rotate.isPending} onClick={() => rotate.mutate()}>
          {t('keys.rotate')}
        </Button>
      </DialogActions>
    </Dialog>
  )
}
