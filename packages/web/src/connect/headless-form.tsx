import type { ConnectEnd } from '@keyway/contract'
import { ArrowUpRight } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { request } from '../api/request.ts'
import { useAct } from '../api/use-act.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import { DialogActions } from '../ui/dialog.tsx'
import { Failure } from '../ui/failure.tsx'
import { TextField } from '../ui/field.tsx'
import { ConnectSteps } from './connect-steps.tsx'
import { NO_WISH, wishedTerms } from './start-address.ts'
import { WishFields } from './wish-fields.tsx'

/** Where the issuer cannot send the browser back to this address: open, approve, copy the code, paste it here. */
export function HeadlessForm({ onEnd }: { onEnd: (end: ConnectEnd) => void }) {
  const { t } = useTranslation()
  const [wish, setWish] = useState(NO_WISH)
  const [code, setCode] = useState('')
  const begin = useAct(() =>
    request('POST /api/app/connections/openrouter/headless', { body: wishedTerms(wish, Date.now()) }),
  )
  const finish = useAct(
    (flow: string) => request('POST /api/app/connections/openrouter/headless/finish', { body: { flow, code } }),
    { done: onEnd },
  )
  const started = begin.data
  if (started === undefined) {
    return (
      <>
        <ConnectSteps done={0} />
        <p className="my-4 text-sm text-ink-2">{t('connect.headless')}</p>
        <WishFields wish={wish} onChange={setWish} />
        <Failure error={begin.error} />
        <DialogActions>
          <Button look="primary" size="lg" busy={begin.isPending} onClick={() => begin.mutate()}>
            {t('connect.headlessBegin')}
          </Button>
        </DialogActions>
      </>
    )
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (code.trim() !== '' && !finish.isPending) finish.mutate(started.flow)
  }
  return (
    <form onSubmit={submit} className="grid gap-4">
      <ConnectSteps done={1} />
      <a href={started.url} target="_blank" rel="noreferrer" className={buttonClass('plain', 'lg')}>
        {t('connect.headlessOpen')}
        <ArrowUpRight aria-hidden="true" />
      </a>
      <TextField
        label={t('connect.headlessCode')}
        hint={t('connect.headlessCodeHint')}
        mono
        autoComplete="off"
        spellCheck={false}
        required
        maxLength={2_000}
        value={code}
        onChange={(event) => setCode(event.target.value)}
      />
      <Failure error={finish.error} />
      <DialogActions>
        <Button type="submit" look="primary" size="lg" busy={finish.isPending}>
          {t('connect.headlessFinish')}
        </Button>
      </DialogActions>
    </form>
  )
}
