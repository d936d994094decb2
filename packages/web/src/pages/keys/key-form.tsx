import type { Key, KeyTerms } from '@keyway/contract'
import { type FormEvent, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSignedIn } from '../../api/use-signed-in.ts'
import { formatDay } from '../../format/time.ts'
import { Button } from '../../ui/button.tsx'
import { DialogActions } from '../../ui/dialog.tsx'
import { Failure } from '../../ui/failure.tsx'
import { AreaField, SelectField, SwitchField, TextField } from '../../ui/field.tsx'
import { Fold } from '../../ui/fold.tsx'
import { type DraftProblem, draftOf, draftProblem, type KeyDraft, termsOf } from './key-terms.ts'

type Props = {
  initial?: Key
  submitLabel: string
  busy: boolean
  error: unknown
  onSubmit: (terms: KeyTerms & { name: string }) => void
  onCancel: () => void
}

/** Name, cap with reset, expiry and models; the rest folded away. */
export function KeyForm({ initial, submitLabel, busy, error, onSubmit, onCancel }: Props) {
  const { t, i18n } = useTranslation()
  const [draft, setDraft] = useState(() => draftOf(initial))
  const [problem, setProblem] = useState<DraftProblem | undefined>()
  const modelsId = useId()
  const { user } = useSignedIn()
  const plain = draft.reaches.filter((reach) => reach !== 'house')
  const set = (change: Partial<KeyDraft>) => {
    setDraft({ ...draft, ...change })
    setProblem(undefined)
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const found = draftProblem(draft)
    setProblem(found)
    if (found === undefined && !busy) onSubmit(termsOf(draft, Date.now()))
  }
  return (
    <form onSubmit={submit} noValidate className="grid gap-4">
      <TextField
        label={t('keys.name')}
        hint={t('keys.nameHint')}
        error={problem === 'name' ? t('keys.nameError') : undefined}
        autoFocus
        autoComplete="off"
        maxLength={100}
        value={draft.name}
        onChange={(event) => set({ name: event.target.value })}
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField
          label={t('keys.cap')}
          optional={t('common.optional')}
          inputMode="decimal"
          placeholder={t('keys.capNone')}
          error={problem === 'limit' ? t('keys.capError') : undefined}
          value={draft.limit}
          onChange={(event) => set({ limit: event.target.value.trim() })}
        />
        <SelectField
          label={t('keys.reset')}
          disabled={draft.limit === ''}
          value={draft.reset}
          onChange={(event) => set({ reset: event.target.value as KeyDraft['reset'] })}
        >
          <option value="">{t('terms.resetNever')}</option>
          <option value="daily">{t('terms.resetDaily')}</option>
          <option value="weekly">{t('terms.resetWeekly')}</option>
          <option value="monthly">{t('terms.resetMonthly')}</option>
        </SelectField>
        <p className="-mt-2.5 text-xs text-ink-3 sm:col-span-2">{t('keys.capHint')}</p>
      </div>
      <SelectField
        label={t('keys.environment')}
        value={draft.environment}
        onChange={(event) => set({ environment: event.target.value as KeyDraft['environment'] })}
      >
        <option value="production">{t('keys.environments.production')}</option>
        <option value="staging">{t('keys.environments.staging')}</option>
        <option value="development">{t('keys.environments.development')}</option>
      </SelectField>
      <SelectField
        label={t('keys.expires')}
        value={draft.expiry}
        onChange={(event) => set({ expiry: event.target.value as KeyDraft['expiry'] })}
      >
        {initial?.expires_at != null && <option value="keep">{formatDay(initial.expires_at, i18n.language)}</option>}
        <option value="">{t('terms.expiryNever')}</option>
        <option value="7">{new Intl.RelativeTimeFormat(i18n.language).format(7, 'day')}</option>
        <option value="30">{t('terms.expiry30')}</option>
        <option value="90">{t('terms.expiry90')}</option>
        <option value="365">{t('terms.expiry365')}</option>
      </SelectField>
      <div className="grid gap-1.5">
        <label htmlFor={modelsId} className="flex items-baseline justify-between text-sm font-medium">
          {t('keys.models')}
          <span className="text-xs font-normal text-ink-3">{t('common.optional')}</span>
        </label>
        <textarea
          id={modelsId}
          rows={2}
          spellCheck={false}
          placeholder="openai/gpt-5-mini"
          className="w-full resize-y rounded-md border border-line-strong bg-surface px-3 py-2 font-mono text-sm shadow-low placeholder:text-ink-3 hover:border-ink-3"
          value={draft.models}
          onChange={(event) => set({ models: event.target.value })}
          aria-describedby={`${modelsId}-note`}
        />
        <p id={`${modelsId}-note`} className="text-xs text-ink-3">
          {t('keys.modelsHint')}
        </p>
      </div>
      <Fold title={t('keys.more')} open={problem === 'rpm' || problem === 'ips'}>
        <div className="grid gap-4">
          <TextField
            label={t('keys.rpm')}
            optional={t('common.optional')}
            inputMode="numeric"
            error={problem === 'rpm' ? t('keys.rpmError') : undefined}
            value={draft.rpm}
            onChange={(event) => set({ rpm: event.target.value.trim() })}
          />
          <AreaField
            label={t('keys.ips')}
            optional={t('common.optional')}
            hint={t('keys.ipsHint')}
            error={problem === 'ips' ? t('keys.ipsError') : undefined}
            rows={2}
            mono
            spellCheck={false}
            placeholder="203.0.113.7"
            value={draft.ips}
            onChange={(event) => set({ ips: event.target.value })}
          />
          <SwitchField
            label={t('keys.noBrowser')}
            hint={t('keys.noBrowserHint')}
            checked={draft.noBrowser}
            onChange={(event) => set({ noBrowser: event.target.checked })}
          />
          <SwitchField
            label={t('keys.chat')}
            hint={t('keys.chatHint')}
            checked={draft.chat}
            onChange={(event) => set({ chat: event.target.checked })}
          />
          {user.role !== 'member' && (
            <SwitchField
              label={t('keys.house')}
              hint={t('keys.houseHint')}
              checked={draft.reaches.includes('house')}
              onChange={({ target }) => set({ reaches: target.checked ? [...plain, 'house'] : plain })}
            />
          )}
        </div>
      </Fold>
      <Failure error={error} />
      <DialogActions>
        <Button onClick={onCancel}>{t('common.cancel')}</Button>
        <Button type="submit" look="primary" busy={busy}>
          {submitLabel}
        </Button>
      </DialogActions>
    </form>
  )
}
