import type { Folder } from '@keyway/contract'
import { useTranslation } from 'react-i18next'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogActions } from '../ui/dialog.tsx'
import { Failure } from '../ui/failure.tsx'
import { useFolderActs } from './use-folder-acts.ts'

/** Asks before a folder is deleted. */
export default function RemoveFolderDialog({
  folder,
  onClose,
  onRemoved,
}: {
  folder: Folder
  onClose: () => void
  onRemoved: () => void
}) {
  const { t } = useTranslation()
  const { remove } = useFolderActs()
  return (
    <Dialog
      title={t('shelves.deleteFolderTitle', { name: folder.name })}
      about={t('shelves.deleteFolderAbout')}
      onClose={onClose}
    >
      <Failure error={remove.error} />
      <DialogActions>
        <Button onClick={onClose}>{t('common.cancel')}</Button>
        <Button look="danger" busy={remove.isPending} onClick={() => remove.mutate(folder, { onSuccess: onRemoved })}>
          {t('shelves.delete')}
        </Button>
      </DialogActions>
    </Dialog>
  )
}
