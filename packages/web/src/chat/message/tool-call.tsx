import type { ToolCallPart, ToolResultPart } from '@keyway/contract'
import { ChevronRight, Wrench } from 'lucide-react'
import { useTranslation } from 'react-i18next'

/** A tool that the model called: with what, and what came back. */
export function ToolCall({ call, result }: { call: ToolCallPart; result: ToolResultPart | undefined }) {
  const { t } = useTranslation()
  return (
    <details className="group my-3 rounded-lg border border-line bg-surface text-sm">
      <summary className="flex list-none items-center gap-2 px-3 py-2 [&::-webkit-details-marker]:hidden">
        <Wrench className="size-3.5 shrink-0 text-ink-3" aria-hidden="true" />
        <span className="min-w-0 flex-1 truncate">
          {t('chat.toolCall')} <code className="font-mono text-xs">{call.name}</code>
        </span>
        {result?.failed === true && <span className="text-xs text-alarm">{t('chat.toolFailed')}</span>}
        <ChevronRight
          className="size-3.5 shrink-0 text-ink-3 transition-transform duration-150 ease-turn group-open:rotate-90"
          aria-hidden="true"
        />
      </summary>
      <div className="grid gap-3 border-t border-line px-3 py-2.5">
        <Raw title={t('chat.toolInput')} text={pretty(call.arguments)} />
        {result !== undefined && <Raw title={t('chat.toolOutput')} text={result.text} />}
      </div>
    </details>
  )
}

function Raw({ title, text }: { title: string; text: string }) {
  return (
    <div className="grid gap-1">
      <p className="text-xs text-ink-3">{title}</p>
      <pre className="max-h-72 overflow-y-auto font-mono text-xs leading-5 wrap-anywhere whitespace-pre-wrap">
        {text}
      </pre>
    </div>
  )
}

/** JSON with its lines; what is no JSON (yet) as it is. */
function pretty(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), undefined, 2)
  } catch {
    // The model may still be writing it, or wrote something else.
    return json
  }
}
