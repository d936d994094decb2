import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { foldersQuery } from '../../api/conversations.ts'
import { request } from '../../api/request.ts'
import { useAct } from '../../api/use-act.ts'
import { promptsQuery } from '../../prompts/queries.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog, DialogActions } from '../../ui/dialog.tsx'
import { Failure } from '../../ui/failure.tsx'
import { TextField } from '../../ui/field.tsx'
import { toast } from '../../ui/toast.ts'
import { quotaQuery } from './queries.ts'

const CONVERSATIONS = {
  endpoint: 'DELETE /api/app/conversations',
  title: 'data.deleteAllTitle',
  about: 'data.deleteAllAbout',
  submit: 'data.deleteAll',
  done: 'data.deletedAll',
} as const

const EVERYTHING = {
  endpoint: 'DELETE /api/app/data',
  title: 'data.deleteDataTitle',
  about: 'data.deleteDataAbout',
  submit: 'data.deleteData',
  done: 'data.deletedData',
} as const

/** Asks for a word before conversations, or all that one has here, are deleted: there is no way back from that. */
export default function DeleteAllDialog({ what, onClose }: { what: 'conversations' | 'data'; onClose: () => void }) {
  const words = what === 'data' ? EVERYTHING : CONVERSATIONS
  const { t } = useTranslation()
  const queries = useQueryClient()
  const [typed, setTyped] = useState('')
  const word = t('data.deleteAllWord')
  const sure = typed.trim().toLowerCase() === word.toLowerCase()
  const removeAll = useAct(() => request(words.endpoint), {
    changes: [foldersQuery.queryKey, promptsQuery.queryKey, quotaQuery.queryKey],
    done: async () => {
      await queries.resetQueries({ queryKey: ['conversations'] })
      queries.removeQueries({ queryKey: ['search'] })
      toast(t(words.done))
      onClose()
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (sure) removeAll.mutate()
  }
  return (
    <Dialog title={t(words.title)} about={t(words.about)} onClose={onClose} firm>
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
            {t(words.submit)}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}
