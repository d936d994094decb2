import type { IssuedKey } from '@keyway/contract'
import { Check, Copy } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { keysQuery } from '../api/queries.ts'
import { request } from '../api/request.ts'
import { useAct } from '../api/use-act.ts'
import { Button } from '../ui/button.tsx'
import { Failure } from '../ui/failure.tsx'
import { copyWhenKnown } from './copy-when-known.ts'

/** What stands for a key that nobody has made yet. */
export const NO_KEY = 'kwy_k1_...'

/** Lines with a key in them. Without one, the button makes one and copies the lines with it: the only time it can be read. */
export function KeyedCode({
  tool,
  write,
  issued,
  onIssued,
}: {
  /** Its name, which the key gets too. */
  tool: string
  write: (key: string) => string
  issued: IssuedKey | undefined
  onIssued: (issued: IssuedKey) => void
}) {
  const { t } = useTranslation()
  const [copied, setCopied] = useState<'not yet' | 'yes' | 'refused'>('not yet')
  const make = useAct(() => request('POST /api/app/keys', { body: { name: tool } }), {
    changes: [keysQuery.queryKey],
    done: onIssued,
  })
  const copy = () => {
    const key = issued === undefined ? make.mutateAsync() : Promise.resolve(issued)
    copyWhenKnown(key.then(({ plaintext }) => write(plaintext))).then(
      () => setCopied('yes'),
      // Where no key was made, the failure below says why.
      () => setCopied('refused'),
    )
  }
  const outcome = { 'not yet': [], yes: [t('common.copied')], refused: [t('common.copyRefused')] }[copied]
  const said =
    issued === undefined
      ? t('use.copyAbout', { name: tool })
      : [...outcome, ...(make.isSuccess ? [t('use.made', { name: issued.key.name })] : [])].join('. ')
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-2">
      <div className="overflow-hidden rounded-lg border border-line bg-sunken">
        <pre className="wrap-anywhere whitespace-pre-wrap px-3.5 py-3 font-mono text-xs leading-5">
          {write(issued?.plaintext ?? NO_KEY)}
        </pre>
        <div className="flex flex-wrap items-center gap-x-2.5 gap-y-1.5 border-t border-line p-2">
          <Button look={issued === undefined ? 'primary' : 'plain'} size="sm" busy={make.isPending} onClick={copy}>
            {copied === 'yes' ? <Check aria-hidden="true" /> : <Copy aria-hidden="true" />}
            {t(issued === undefined ? 'use.copyNew' : 'use.copy')}
          </Button>
          <p role="status" className="min-w-48 flex-1 text-xs text-ink-3">
            {said}
          </p>
        </div>
      </div>
      <Failure error={make.error} />
    </div>
  )
}
