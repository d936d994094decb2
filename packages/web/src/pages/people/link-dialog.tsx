import type { Invited } from '@keyway/contract'
import { useTranslation } from 'react-i18next'
import { formatMoment } from '../../format/time.ts'
import { Button } from '../../ui/button.tsx'
import { CodeBlock } from '../../ui/code-block.tsx'
import { Dialog, DialogActions } from '../../ui/dialog.tsx'
import { Notice } from '../../ui/notice.tsx'

/** The one-time link, at the one moment when it can be read. */
export default function LinkDialog({
  invited,
  link,
  onClose,
}: {
  invited: Invited
  link: string
  onClose: () => void
}) {
  const { t, i18n } = useTranslation()
  const { user, problem, expires_at } = invited
  return (
    <Dialog
      title={t('people.linkTitle', { name: user.name })}
      about={t('people.linkAbout', { time: formatMoment(expires_at, i18n.language) })}
      onClose={onClose}
      firm
    >
      {problem !== null && (
        <Notice tone="brass" title={t('people.notMailed')}>
          {problem}
        </Notice>
      )}
      <CodeBlock code={link} label={t('people.link')} />
      <DialogActions>
        <Button look="primary" onClick={onClose}>
          {t('common.done')}
        </Button>
      </DialogActions>
    </Dialog>
  )
}
