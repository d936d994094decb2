import { useTranslation } from 'react-i18next'
import { Page, Section } from '../../ui/page.tsx'
import { PreferencesCard } from './preferences-card.tsx'
import { ProfileCard } from './profile-card.tsx'
import { SessionsCard } from './sessions-card.tsx'
import { SignInMethodsCard } from './sign-in-methods-card.tsx'

/** Oneself: name, ways to sign in, open sessions, and how the app looks and speaks. */
export function AccountPage() {
  const { t } = useTranslation()
  return (
    <Page title={t('account.title')} about={t('account.about')}>
      <Section title={t('account.profile')}>
        <ProfileCard />
      </Section>
      <Section title={t('account.signInMethods')}>
        <SignInMethodsCard />
      </Section>
      <SessionsCard />
      <Section title={t('account.preferences')}>
        <PreferencesCard />
      </Section>
    </Page>
  )
}
