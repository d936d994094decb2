import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { foldersQuery } from '../../api/conversations.ts'
import { request } from '../../api/request.ts'
import { useAct } from '../../api/use-act.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog, DialogActions } from '../../ui/dialog.tsx'
import { Failure } from '../../ui/failure.tsx'
import { TextField } from '../../ui/field.tsx'
import { toast } from '../../ui/toast.ts'
import { quotaQuery } from './queries.ts'

/** Asks for a word before all conversations are deleted: there is no way back from that. */
export default function DeleteAllDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const [typed, setTyped] = useState('')
  const word = t('data.deleteAllWord')
  const sure = typed.trim().toLowerCase() === word.toLowerCase()
  const removeAll = useAct(() => request('DELETE /api/app/conversations'), {
    changes: [foldersQuery.queryKey, quotaQuery.queryKey],
    done: async () => {
      await queries.resetQueries({ queryKey: ['conversations'] })
      queries.removeQueries({ queryKey: ['search'] })
      toast(t('data.deletedAll'))
      onClose()
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (sure) removeAll.mutate()
  }
  return (
    <Dialog title={t('data.deleteAllTitle')} about={t('data.deleteAllAbout')} onClose={onClose} firm>
      <form onSubmit={submit} className="grid gap-4">
        <TextField
          label={t('data.deleteAllConfirm', { word })}
          value={typed}
          autoFocus
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          onChange={({ target }) => setTyped(target.value)}
        />
        <Failure error={removeAll.error} />
        <DialogActions>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button type="submit" look="danger" disabled={!sure} busy={removeAll.isPending}>
            {t('data.deleteAll')}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}
