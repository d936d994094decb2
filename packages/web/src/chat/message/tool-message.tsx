import { useThread } from '../thread/use-thread.ts'
import { AnswerParts } from './answer-parts.tsx'
import { VariantSwitch } from './variant-switch.tsx'

/** A message of tools: what they brought back. No model wrote it, and nothing can be asked for again. */
export function ToolMessage({ id, variants, at }: { id: string; variants: readonly string[]; at: number }) {
  const message = useThread(({ thread }) => thread.messages.get(id))
  if (message === undefined) return null
  return (
    <div className="min-w-0">
      <AnswerParts message={message} />
      <VariantSwitch variants={variants} at={at} />
    </div>
  )
}
