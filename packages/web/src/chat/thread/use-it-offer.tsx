import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { keysQuery } from '../../api/queries.ts'
import { withTexts } from '../../i18n/i18n.ts'
import { useModels } from '../models.ts'
import { useThread } from './use-thread.ts'

const UseItCard = lazy(() => withTexts(['use'], import('../../use-it/use-it-card.tsx')))

/** Who said no once is not asked again in this browser. */
const DECLINED = 'keyway.use-it'

/** After the first answer of a chat, to who has no key yet: how to have the same from other programs. */
export function UseItOffer({ rows }: { rows: number }) {
  const answered = useThread(({ thread }) => {
    const leaf = thread.leaf === null ? undefined : thread.messages.get(thread.leaf)
    return leaf?.role === 'assistant' && leaf.status === 'done'
  })
  const models = useModels()
  const [declined, setDeclined] = useState(() => localStorage.getItem(DECLINED) !== null)
  const due = answered && rows <= 2
  // Asked once: an answer that comes and goes, as one that is refused does, is no reason to ask again.
  const { data: keys } = useQuery({ ...keysQuery, enabled: due && !declined, staleTime: Number.POSITIVE_INFINITY })
  // From then on it stays: the key that it makes can be read nowhere else.
  const [offered, setOffered] = useState(false)
  // A key does not reach what the operator pays for in the chat.
  const reaches = () => [...models.values()].some(({ callable, house }) => callable && !house)
  if (due && !declined && !offered && keys?.length === 0 && reaches()) setOffered(true)
  if (!offered || declined) return null
  return (
    <div className="mx-auto max-w-[51rem] px-3 pb-8 sm:px-6">
      <Suspense>
        <UseItCard
          due={due}
          onClose={() => {
            localStorage.setItem(DECLINED, 'declined')
            setDeclined(true)
            document.getElementById('transcript')?.focus()
          }}
        />
      </Suspense>
    </div>
  )
}
