import { Fingerprint } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { passkeysQuery, stateQuery } from '../../api/queries.ts'
import { addPasskey, canHavePasskeys, isCancelled } from '../../api/sign-in.ts'
import { useAct } from '../../api/use-act.ts'
import { Button } from '../../ui/button.tsx'
import { Failure } from '../../ui/failure.tsx'
import { Notice } from '../../ui/notice.tsx'
import { toast } from '../../ui/toast.ts'

/** For somebody who came in by Connect: a way in of their own. */
export function VisitorOffer() {
  const { t } = useTranslation()
  const add = useAct(addPasskey, {
    changes: [passkeysQuery.queryKey, stateQuery.queryKey],
    done: () => toast(t('account.passkeyAdded')),
  })
  return (
    <div className="mb-9 grid gap-3">
      <Notice
        tone="brass"
        icon={<Fingerprint aria-hidden="true" />}
        title={t('account.visitorTitle')}
        actions={
          canHavePasskeys() && (
            <Button size="sm" look="primary" busy={add.isPending} onClick={() => add.mutate()}>
              {t('account.addPasskey')}
            </Button>
          )
        }
      >
        {t('account.visitorAbout')}
      </Notice>
      {!isCancelled(add.error) && <Failure error={add.error} />}
    </div>
  )
}
