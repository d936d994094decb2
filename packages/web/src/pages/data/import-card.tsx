import type { Imported } from '@keyway/contract'
import { Upload } from 'lucide-react'
import { type DragEvent, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { foldersQuery } from '../../api/conversations.ts'
import { useAct } from '../../api/use-act.ts'
import { formatBytes } from '../../format/bytes.ts'
import { Button } from '../../ui/button.tsx'
import { Failure } from '../../ui/failure.tsx'
import { Fold } from '../../ui/fold.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Card } from '../../ui/page.tsx'
import { quotaQuery } from './queries.ts'
import { IMPORT_BYTES_MAX, NoImport, sendImport } from './send-import.ts'

/** Takes a file, chosen or dropped, and says what became of it. */
export function ImportCard() {
  const { t, i18n } = useTranslation()
  const input = useRef<HTMLInputElement>(null)
  const [over, setOver] = useState(false)
  const bring = useAct((file: File) => sendImport(file), {
    changes: [['conversations'], foldersQuery.queryKey, quotaQuery.queryKey],
  })
  const take = (files: FileList | null) => {
    const file = files?.[0]
    if (file !== undefined && !bring.isPending) bring.mutate(file)
  }
  const drag = (event: DragEvent) => {
    if (!event.dataTransfer.types.includes('Files')) return
    event.preventDefault()
    setOver(true)
  }
  return (
    <Card className="grid gap-4 px-4 py-3.5">
      <p className="max-w-2xl text-sm text-ink-2">{t('data.importAbout')}</p>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: for pointers; the button does the same */}
      <div
        onDragEnter={drag}
        onDragOver={drag}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault()
          setOver(false)
          take(event.dataTransfer.files)
        }}
        className={`flex flex-wrap items-center justify-center gap-x-3 gap-y-2 rounded-lg border border-dashed px-4 py-6 ${over ? 'border-brass-line bg-brass-wash' : 'border-line-strong'}`}
      >
        <input
          ref={input}
          type="file"
          hidden
          accept="application/json,.json"
          aria-label={t('data.importButton')}
          onChange={({ target }) => {
            take(target.files)
            target.value = ''
          }}
        />
        <Button busy={bring.isPending} onClick={() => input.current?.click()}>
          {!bring.isPending && <Upload aria-hidden="true" />}
          {bring.isPending ? t('data.importing', { name: bring.variables?.name ?? '' }) : t('data.importButton')}
        </Button>
        <span className="text-sm text-ink-3 pointer-coarse:hidden">{t('data.importDrop')}</span>
      </div>
      {bring.error instanceof NoImport ? (
        <Notice tone="alarm">
          {bring.error.reason === 'too_large'
            ? t('data.importTooLarge', { size: formatBytes(IMPORT_BYTES_MAX, i18n.language) })
            : t('data.importNotJson')}
        </Notice>
      ) : (
        <Failure error={bring.error} />
      )}
      {bring.data !== undefined && <ImportResult result={bring.data} />}
    </Card>
  )
}

/** What a file brought. */
function ImportResult({ result }: { result: Imported }) {
  const { t } = useTranslation()
  const { source, added, skipped, problems } = result
  return (
    <div role="status">
      <Notice
        tone={problems.length > 0 ? 'brass' : 'hold'}
        title={t(source === 'chatgpt' ? 'data.fromChatgpt' : 'data.fromKeyway')}
      >
        <ul>
          <li>{t('data.added', { count: added })}</li>
          {skipped > 0 && <li>{t('data.skipped', { count: skipped })}</li>}
        </ul>
        {problems.length > 0 && (
          <div className="mt-2">
            <Fold title={t('data.problems', { count: problems.length })}>
              <ul className="list-disc pl-5 text-xs">
                {problems.map((problem) => (
                  <li key={problem}>{problem}</li>
                ))}
              </ul>
            </Fold>
          </div>
        )}
      </Notice>
    </div>
  )
}
