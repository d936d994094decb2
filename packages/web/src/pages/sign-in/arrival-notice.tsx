import { useTranslation } from 'react-i18next'
import type { ConnectReturn } from '../../search.ts'
import { Notice } from '../../ui/notice.tsx'

/** Why somebody who came back from OpenRouter is not in. */
export default function ArrivalNotice({ connect, detail }: ConnectReturn) {
  const { t } = useTranslation()
  if (connect === undefined || connect === 'done' || connect === 'confirm' || connect === 'headless') return null
  if (detail === 'own_login' || detail === 'disabled' || detail === 'unidentified') {
    return <Notice tone={detail === 'own_login' ? 'brass' : 'alarm'}>{t(`connect.detail.${detail}`)}</Notice>
  }
  return (
    <Notice tone={connect === 'denied' ? 'quiet' : 'alarm'} title={t(`connect.result.${connect}Title`)}>
      {t(detail === undefined ? `connect.result.${connect}` : `connect.detail.${detail}`)}
    </Notice>
  )
}
