import { useTranslation } from 'react-i18next'
import { useSignedIn } from '../../api/use-signed-in.ts'
import { Page, Section } from '../../ui/page.tsx'
import { AccountNotices } from './account-notices.tsx'
import { DeleteAccountCard } from './delete-account-card.tsx'
import { PreferencesCard } from './preferences-card.tsx'
import { ProfileCard } from './profile-card.tsx'
import { SessionsCard } from './sessions-card.tsx'
import { SignInMethodsCard } from './sign-in-methods-card.tsx'
import { VisitorOffer } from './visitor-offer.tsx'

/** Oneself: name, ways to sign in, open sessions, and how the app looks and speaks. */
export function AccountPage() {
  const { t } = useTranslation()
  const { user } = useSignedIn()
  return (
    <Page title={t('account.title')} about={t('account.about')}>
      <AccountNotices />
      {user.visitor && <VisitorOffer />}
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
      <Section title={t('account.delete')}>
        <DeleteAccountCard />
      </Section>
    </Page>
  )
}
