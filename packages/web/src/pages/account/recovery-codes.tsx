import { Download } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../ui/button.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { DialogActions } from '../../ui/dialog.tsx'
import { Notice } from '../../ui/notice.tsx'

/** The one time that recovery codes can be read. */
export function RecoveryCodeList({ codes, onClose }: { codes: readonly string[]; onClose: () => void }) {
  const { t } = useTranslation()
  const text = `${t('factor.fileHeading', { host: location.host })}\n\n${codes.join('\n')}\n`
  return (
    <div className="grid gap-4">
      <Notice tone="brass">{t('factor.codesOnce')}</Notice>
      <ul
        aria-label={t('factor.codesTitle')}
        className="grid grid-cols-2 gap-x-4 gap-y-2 rounded-lg border border-line bg-sunken p-4 font-mono text-sm max-[25rem]:text-xs"
      >
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <div className="flex flex-wrap gap-2">
        <CopyButton text={codes.join('\n')} label={t('factor.copyCodes')} words />
        <Button size="sm" onClick={() => saveText(text, 'keyway-recovery-codes.txt')}>
          <Download aria-hidden="true" />
          {t('factor.downloadCodes')}
        </Button>
      </div>
      <DialogActions>
        <Button look="primary" onClick={onClose}>
          {t('factor.codesKept')}
        </Button>
      </DialogActions>
    </div>
  )
}

/** Gives the browser a text to save. */
function saveText(text: string, name: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'text/plain' }))
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  URL.revokeObjectURL(address)
}
