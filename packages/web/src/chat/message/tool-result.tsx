import type { ToolResultPart } from '@keyway/contract'
import { ChevronRight, CornerDownRight } from 'lucide-react'
import { useTranslation } from 'react-i18next'

/** What a tool brought back where its call stands elsewhere, as in conversations from other apps. */
export function ToolResult({ result }: { result: ToolResultPart }) {
  const { t } = useTranslation()
  return (
    <details className="group my-1 rounded-lg border border-line bg-surface text-sm">
      <summary className="flex list-none items-center gap-2 px-3 py-2 [&::-webkit-details-marker]:hidden">
        <CornerDownRight className="size-3.5 shrink-0 text-ink-3" aria-hidden="true" />
        <span className="min-w-0 flex-1">{t('chat.toolResult')}</span>
        {result.failed === true && <span className="text-xs text-alarm">{t('chat.toolFailed')}</span>}
        <ChevronRight
          className="size-3.5 shrink-0 text-ink-3 transition-transform duration-150 ease-turn group-open:rotate-90"
          aria-hidden="true"
        />
      </summary>
      <pre className="max-h-72 overflow-y-auto border-t border-line px-3 py-2.5 font-mono text-xs leading-5 wrap-anywhere whitespace-pre-wrap">
        {result.text}
      </pre>
    </details>
  )
}
