import type { IssuedKey } from '@keyway/contract'
import { useTranslation } from 'react-i18next'
import { Bitting } from '../../brand/bitting.tsx'
import { Button } from '../../ui/button.tsx'
import { CodeBlock } from '../../ui/code-block.tsx'
import { Dialog, DialogActions } from '../../ui/dialog.tsx'
import { UseItFrom } from '../../use-it/use-it-from.tsx'

/** The one time that a key can be read: the key, and what to write where in order to use it. */
export default function IssuedDialog({ issued, onClose }: { issued: IssuedKey; onClose: () => void }) {
  const { t } = useTranslation()
  const { key, plaintext } = issued
  return (
    <Dialog title={t('keys.shownTitle')} about={t('keys.shownAbout', { name: key.name })} onClose={onClose} firm wide>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-5">
        <div className="grid gap-2">
          <h3 className="flex items-center gap-2.5 text-sm font-medium">
            {t('keys.shownKey')}
            <Bitting hash={key.hash} className="h-4" />
          </h3>
          <CodeBlock code={plaintext} label={t('keys.shownKey')} />
        </div>
        <div className="grid grid-cols-[minmax(0,1fr)] gap-2">
          <h3 className="text-sm font-medium">{t('use.title')}</h3>
          <UseItFrom issued={issued} />
        </div>
      </div>
      <DialogActions>
        <Button look="primary" onClick={onClose}>
          {t('keys.shownDone')}
        </Button>
      </DialogActions>
    </Dialog>
  )
}
