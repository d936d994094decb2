import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { LANGUAGES, type Language } from '../../i18n/areas.ts'
import { chooseLanguage } from '../../i18n/i18n.ts'
import { chooseTheme, chosenTheme, type Theme } from '../../style/theme.ts'
import { SelectField } from '../../ui/field.tsx'
import { Card } from '../../ui/page.tsx'

/** Language and theme, kept in this browser. */
export function PreferencesCard() {
  const { t, i18n } = useTranslation()
  const [theme, setTheme] = useState(chosenTheme)
  return (
    <Card className="grid gap-4 p-5 sm:grid-cols-2">
      <SelectField
        label={t('account.language')}
        value={i18n.language}
        onChange={(event) => void chooseLanguage(event.target.value as Language)}
      >
        {Object.entries(LANGUAGES).map(([id, name]) => (
          <option key={id} value={id} lang={id}>
            {name}
          </option>
        ))}
      </SelectField>
      <SelectField
        label={t('account.theme')}
        value={theme}
        onChange={(event) => {
          const chosen = event.target.value as Theme
          chooseTheme(chosen)
          setTheme(chosen)
        }}
      >
        <option value="system">{t('nav.themeSystem')}</option>
        <option value="light">{t('nav.themeLight')}</option>
        <option value="dark">{t('nav.themeDark')}</option>
      </SelectField>
    </Card>
  )
}
