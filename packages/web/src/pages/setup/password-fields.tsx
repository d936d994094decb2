import { useTranslation } from 'react-i18next'
import { TextField } from '../../ui/field.tsx'

/** The server refuses shorter ones. Characters. */
export const PASSWORD_CHARACTERS_MIN = 10
export const PASSWORD_CHARACTERS_MAX = 1_024

/** Login and new password, named so that password managers know them. */
export function PasswordFields({ login, loginIs = 'chosen' }: { login: string; loginIs?: 'chosen' | 'given' }) {
  const { t } = useTranslation()
  return (
    <>
      <TextField
        label={t('signIn.login')}
        name="username"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        required
        maxLength={254}
        defaultValue={login}
        readOnly={loginIs === 'given'}
      />
      <TextField
        label={t('signIn.password')}
        hint={t('signIn.passwordHint')}
        name="new-password"
        type="password"
        autoComplete="new-password"
        required
        minLength={PASSWORD_CHARACTERS_MIN}
        maxLength={PASSWORD_CHARACTERS_MAX}
      />
    </>
  )
}
