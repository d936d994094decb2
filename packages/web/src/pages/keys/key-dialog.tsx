import type { IssuedKey, Key } from '@keyway/contract'
import { useTranslation } from 'react-i18next'
import { keysQuery } from '../../api/queries.ts'
import { request } from '../../api/request.ts'
import { useAct } from '../../api/use-act.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { toast } from '../../ui/toast.ts'
import { KeyForm } from './key-form.tsx'

type Props = { onClose: () => void } & ({ onIssued: (issued: IssuedKey) => void } | { changes: Key })

/** A new key, or new terms for one. */
export default function KeyDialog(props: Props) {
  return 'changes' in props ? <ChangeDialog {...props} /> : <NewDialog {...props} />
}

function NewDialog({ onClose, onIssued }: { onClose: () => void; onIssued: (issued: IssuedKey) => void }) {
  const { t } = useTranslation()
  const create = useAct((body: { name: string }) => request('POST /api/app/keys', { body }), {
    changes: [keysQuery.queryKey],
    done: onIssued,
  })
  return (
    <Dialog title={t('keys.createTitle')} about={t('keys.createAbout')} onClose={onClose} firm>
      <KeyForm
        submitLabel={t('keys.createSubmit')}
        busy={create.isPending}
        error={create.error}
        onSubmit={create.mutate}
        onCancel={onClose}
      />
    </Dialog>
  )
}

function ChangeDialog({ changes: key, onClose }: { changes: Key; onClose: () => void }) {
  const { t } = useTranslation()
  const change = useAct(
    (body: { name: string }) => request('PATCH /api/app/keys/:hash', { params: { hash: key.hash }, body }),
    {
      changes: [keysQuery.queryKey],
      done: () => {
        toast(t('keys.saved'))
        onClose()
      },
    },
  )
  return (
    <Dialog title={t('keys.editTitle', { name: key.name })} onClose={onClose} firm>
      <KeyForm
        initial={key}
        submitLabel={t('keys.save')}
        busy={change.isPending}
        error={change.error}
        onSubmit={change.mutate}
        onCancel={onClose}
      />
    </Dialog>
  )
}
