import type { Prompt } from '@keyway/contract'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { request } from '../../api/request.ts'
import { useAct } from '../../api/use-act.ts'
import { promptsQuery } from '../../prompts/queries.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog, DialogActions } from '../../ui/dialog.tsx'
import { Failure } from '../../ui/failure.tsx'
import { toast } from '../../ui/toast.ts'

/** Asks before a prompt and its versions are deleted. */
export default function RemovePromptDialog({ prompt, onClose }: { prompt: Prompt; onClose: () => void }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { id, slug } = prompt
  const remove = useAct(() => request('DELETE /api/app/prompts/:id', { params: { id } }), {
    changes: [promptsQuery.queryKey],
    done: async () => {
      toast(t('prompts.deleted', { slug }))
      await navigate({ to: '/prompts', replace: true })
    },
  })
  return (
    <Dialog title={t('prompts.deleteTitle', { slug })} about={t('prompts.deleteAbout')} onClose={onClose}>
      <Failure error={remove.error} />
      <DialogActions>
        <Button onClick={onClose}>{t('common.cancel')}</Button>
        <Button look="danger" busy={remove.isPending} onClick={() => remove.mutate()}>
          {t('prompts.delete')}
        </Button>
      </DialogActions>
    </Dialog>
  )
}
