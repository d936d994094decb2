import { useMutation } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { request } from '../../api/request.ts'
import { DoorFrame } from '../../shell/door-frame.tsx'
import { useEnter } from '../../shell/use-enter.ts'
import { Failure } from '../../ui/failure.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'

/** The demo's link lets its reader in without asking how they want to sign in from now on: there is no from now on. */
export function DemoEntry({ token }: { token: string }) {
  const { t } = useTranslation()
  const enter = useEnter()
  const { mutate, error } = useMutation({
    mutationFn: async () => {
      await request('POST /api/app/setup/this-machine', { body: { token } })
      await enter('/')
    },
  })
  // Once: the link is used up by it.
  const begun = useRef(false)
  useEffect(() => {
    if (begun.current) return
    begun.current = true
    mutate()
  }, [mutate])
  return (
    <DoorFrame title={t('demo.entering')} about={t('demo.enteringAbout')} set={4}>
      {error === null ? <Skeleton rows={2} /> : <Failure error={error} />}
    </DoorFrame>
  )
}
