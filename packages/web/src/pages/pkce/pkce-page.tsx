import { isCodeVerifier, randomToken, sha256CodeChallenge } from '@keyway/connect'
import { Check, RefreshCw } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { DoorFrame } from '../../shell/door-frame.tsx'
import { Button } from '../../ui/button.tsx'
import { CodeBlock } from '../../ui/code-block.tsx'
import { TextField } from '../../ui/field.tsx'
import { Notice } from '../../ui/notice.tsx'
import { judge } from './verdict.ts'

const TYPED = { mono: true, autoComplete: 'off', spellCheck: false, maxLength: 200 } as const

/** Makes a verifier with its challenge, and checks a pair, for whoever writes a client by hand. Nothing leaves the page. */
export function PkcePage() {
  const { t } = useTranslation()
  const [verifier, setVerifier] = useState(randomToken)
  const [checked, setChecked] = useState('')
  const pair = usePair(verifier)
  const verdict = pair === undefined || checked === '' ? undefined : judge(pair, checked)
  return (
    <DoorFrame title={t('pkce.title')} about={t('pkce.about')} set={2}>
      <div className="grid justify-items-start gap-3">
        <div className="w-full">
          <TextField
            {...TYPED}
            label={t('pkce.verifier')}
            hint={t('pkce.verifierHint')}
            error={isCodeVerifier(verifier) ? undefined : t('pkce.verifierWrong')}
            value={verifier}
            onChange={(event) => setVerifier(event.target.value.trim())}
          />
        </div>
        <Button onClick={() => setVerifier(randomToken())}>
          <RefreshCw aria-hidden="true" />
          {t('pkce.fresh')}
        </Button>
      </div>
      <section className="grid gap-1.5" aria-live="polite">
        <h2 className="text-sm font-medium">{t('pkce.challenge')}</h2>
        <CodeBlock code={pair?.challenge ?? '\u2013'} label={t('pkce.copy')} />
      </section>
      <TextField
        {...TYPED}
        label={t('pkce.check')}
        hint={t('pkce.checkHint')}
        value={checked}
        onChange={(event) => setChecked(event.target.value.trim())}
      />
      {verdict === 'together' && <Notice tone="hold" icon={<Check aria-hidden="true" />} title={t('pkce.together')} />}
      {verdict !== undefined && verdict !== 'together' && (
        <Notice tone="alarm" title={t('pkce.apart')}>
          {t(verdict === 'apart' ? 'pkce.apartAbout' : `pkce.${verdict}`)}
        </Notice>
      )}
    </DoorFrame>
  )
}

/** The verifier with its challenge; undefined while what is typed is no verifier. */
function usePair(verifier: string): { verifier: string; challenge: string } | undefined {
  const [pair, setPair] = useState<{ verifier: string; challenge: string }>()
  useEffect(() => {
    let isOver = false
    void sha256CodeChallenge(verifier).then((challenge) => {
      if (!isOver) setPair({ verifier, challenge })
    })
    return () => {
      isOver = true
    }
  }, [verifier])
  return pair?.verifier === verifier && isCodeVerifier(verifier) ? pair : undefined
}
