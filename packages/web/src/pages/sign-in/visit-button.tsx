import { useMutation } from '@tanstack/react-query'
import { ArrowUpRight } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { request } from '../../api/request.ts'
import { Button, type ButtonLook } from '../../ui/button.tsx'
import { Failure } from '../../ui/failure.tsx'

/** In by an approval at OpenRouter: one press here, and the browser is on its way. */
export function VisitButton({ look }: { look: ButtonLook }) {
  const { t } = useTranslation()
  const leave = useMutation({
    mutationFn: async () => {
      const { start_url } = await request('POST /api/app/visit')
      location.assign(start_url)
    },
  })
  return (
    <div className="grid gap-3">
      <Button
        look={look}
        size="lg"
        // It stays busy until the page is left.
        busy={leave.isPending || leave.isSuccess}
        onClick={() => leave.mutate()}
      >
        {t('signIn.visit')}
        <ArrowUpRight aria-hidden="true" />
      </Button>
      <Failure error={leave.error} />
    </div>
  )
}
