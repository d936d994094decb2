import { type ReactNode, useDeferredValue } from 'react'
import { useModels } from '../models.ts'
import type { Draft } from './draft.ts'
import { expectAnswer } from './estimate.ts'
import { estimateNext } from './estimate-next.ts'
import { NextCost } from './next-cost.tsx'

/** About what a chat's first message costs, a moment behind whoever is typing. */
export default function FirstCost({ draft, chosen }: { draft: Draft; chosen: readonly string[] }): ReactNode {
  const models = useModels()
  const written = useDeferredValue(draft)
  const asked = chosen.flatMap((id) => models.get(id) ?? [])
  const { costUsd } = estimateNext(written, asked, { sent: 0, system: 0, before: 0, output: expectAnswer([]) })
  return <NextCost costUsd={costUsd} />
}
