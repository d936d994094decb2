import type { Credential, PasteRequest, ProviderInfo, StoredCredential } from '@keyway/contract'
import { type FormEvent, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { AppError } from '../api/app-error.ts'
import { credentialsQuery, modelsQuery, stateQuery } from '../api/queries.ts'
import { request } from '../api/request.ts'
import { useAct } from '../api/use-act.ts'
import { useSignedIn } from '../api/use-signed-in.ts'
import { Button } from '../ui/button.tsx'
import { DialogActions } from '../ui/dialog.tsx'
import { SelectField, SwitchField, TextField } from '../ui/field.tsx'
import { CheckState } from './check-state.tsx'
import { recogniseProvider } from './recognise-provider.ts'

/** In the list of providers, for a server of one's own. */
export const CUSTOM = 'custom'

type Props = {
  providers: readonly ProviderInfo[]
  wanted?: string
  replaces?: Credential
  onDone: () => void
}

/** Key, endpoint, save: recognised while typing, checked with the provider on saving, in three states that one can see. */
export function PasteForm({ providers, wanted, replaces, onDone }: Props) {
  const { t } = useTranslation()
  const { user } = useSignedIn()
  const [secret, setSecret] = useState('')
  const [chosen, setChosen] = useState(replaces?.provider.id ?? wanted ?? '')
  const [endpoint, setEndpoint] = useState<string | undefined>()
  const [customName, setCustomName] = useState('')
  const [isPrivate, setPrivate] = useState(false)
  const [problem, setProblem] = useState<'secret' | 'provider' | 'endpoint' | undefined>()
  const field = useRef<HTMLInputElement>(null)

  const recognised = recogniseProvider(secret, providers)
  const isCustom = chosen === CUSTOM
  const provider = isCustom ? undefined : (providers.find(({ id }) => id === chosen) ?? recognised)
  const name = replaces?.provider.name ?? provider?.name ?? (customName || t('models.custom'))
  const mayChangeEndpoint = replaces === undefined && user.role !== 'member'
  const usual = replaces?.base_url ?? provider?.base_url ?? ''

  const save = useAct(
    ({ unchecked }: { unchecked: boolean }): Promise<StoredCredential> => {
      const check = unchecked ? { unchecked } : {}
      if (replaces !== undefined) {
        return request('PUT /api/app/credentials/:id', { params: { id: replaces.id }, body: { secret, ...check } })
      }
      const body: PasteRequest = { secret, ...check }
      if (isCustom) body.provider = customName
      else if (provider !== undefined) body.provider = provider.id
      if (endpoint !== undefined && endpoint !== usual) body.base_url = endpoint
      if (isPrivate) body.allow_private = true
      return request('POST /api/app/credentials', { body })
    },
    { changes: [credentialsQuery.queryKey, modelsQuery.queryKey, stateQuery.queryKey] },
  )

  const submit = (event: FormEvent) => {
    event.preventDefault()
    const needsKey = provider?.needs_key ?? !isCustom
    const wrong =
      secret.trim() === '' && needsKey
        ? 'secret'
        : provider === undefined && !isCustom && replaces === undefined
          ? 'provider'
          : undefined
    setProblem(wrong)
    if (wrong === undefined && !save.isPending) save.mutate({ unchecked: false })
    else field.current?.focus()
  }
  const changeEndpoint = (text: string) => {
    // A key that was meant for one server must not go to another by a slip.
    if (secret !== '') {
      setSecret('')
      setProblem('endpoint')
    }
    setEndpoint(text)
    save.reset()
  }

  if (save.data !== undefined) {
    return (
      <>
        <CheckState state={save.data.check.outcome} provider={name} check={save.data.check} />
        <DialogActions>
          {replaces === undefined && (
            <Button
              onClick={() => {
                setSecret('')
                setChosen('')
                setEndpoint(undefined)
                save.reset()
              }}
            >
              {t('paste.another')}
            </Button>
          )}
          <Button look="primary" onClick={onDone}>
            {t('common.done')}
          </Button>
        </DialogActions>
      </>
    )
  }
  const hint =
    provider !== undefined && chosen === ''
      ? t('paste.recognised', { provider: provider.name })
      : secret !== '' && provider === undefined && !isCustom
        ? t('paste.unknownPrefix')
        : t('paste.keyHint')
  const errors = { secret: t('paste.missing'), endpoint: t('paste.endpointChanged') }
  return (
    <form onSubmit={submit} className="grid gap-4" autoComplete="off">
      <TextField
        ref={field}
        label={t('paste.key')}
        name="provider-secret"
        type="password"
        mono
        autoFocus
        autoComplete="new-password"
        spellCheck={false}
        placeholder={
          provider?.key_prefixes[0] === undefined ? t('paste.keyPlaceholder') : `${provider.key_prefixes[0]}…`
        }
        value={secret}
        maxLength={4_096}
        onChange={(event) => {
          setSecret(event.target.value)
          setProblem(undefined)
          save.reset()
        }}
        hint={hint}
        error={problem === 'secret' || problem === 'endpoint' ? errors[problem] : undefined}
      />
      {replaces === undefined && (
        <SelectField
          label={t('paste.provider')}
          value={isCustom ? CUSTOM : (provider?.id ?? '')}
          error={problem === 'provider' ? t('paste.missingProvider') : undefined}
          onChange={(event) => {
            setChosen(event.target.value)
            setEndpoint(undefined)
            setProblem(undefined)
            save.reset()
          }}
        >
          <option value="">{t('paste.choose')}</option>
          {providers.map(({ id, name: title }) => (
            <option key={id} value={id}>
              {title}
            </option>
          ))}
          {user.role !== 'member' && <option value={CUSTOM}>{t('models.custom')}</option>}
        </SelectField>
      )}
      {isCustom && (
        <TextField
          label={t('paste.customName')}
          hint={t('paste.customNameHint')}
          required
          pattern="[a-z0-9][a-z0-9\-]{0,39}"
          value={customName}
          onChange={(event) => setCustomName(event.target.value)}
        />
      )}
      <TextField
        label={t('paste.endpoint')}
        hint={mayChangeEndpoint ? t('paste.endpointHint') : t('paste.endpointLocked')}
        type="url"
        mono
        required={isCustom}
        readOnly={!mayChangeEndpoint}
        placeholder="https://"
        value={endpoint ?? usual}
        onChange={(event) => changeEndpoint(event.target.value)}
      />
      {user.role === 'owner' && endpoint !== undefined && endpoint !== usual && (
        <SwitchField
          label={t('paste.allowPrivate')}
          hint={t('paste.allowPrivateHint')}
          checked={isPrivate}
          onChange={(event) => setPrivate(event.target.checked)}
        />
      )}
      {save.isPending && <CheckState state="checking" provider={name} />}
      {save.error !== null && (
        <CheckState
          state={
            save.error instanceof AppError && save.error.code === 'provider_credential_rejected' ? 'rejected' : 'failed'
          }
          provider={name}
          error={save.error}
          onUnchecked={() => save.mutate({ unchecked: true })}
        />
      )}
      <DialogActions>
        <Button onClick={onDone}>{t('common.cancel')}</Button>
        <Button type="submit" look="primary" busy={save.isPending}>
          {t('paste.save')}
        </Button>
      </DialogActions>
    </form>
  )
}
