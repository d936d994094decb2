import type { CitationPart, Message, Part, ToolResultPart } from '@keyway/contract'
import { useTranslation } from 'react-i18next'
import { AttachedFile, AttachedImage } from './attached.tsx'
import { Reasoning } from './reasoning.tsx'
import { Sources } from './sources.tsx'
import { ToolCall } from './tool-call.tsx'
import { ToolResult } from './tool-result.tsx'
import { Written } from './written.tsx'

/** What an answer is made of, in its order; its sources at the end. */
export function AnswerParts({ message }: { message: Message }) {
  const live = message.status === 'streaming'
  const { parts } = message
  const results = new Map(
    parts.flatMap((part): [string, ToolResultPart][] => (part.kind === 'tool_result' ? [[part.call_id, part]] : [])),
  )
  const called = new Set(parts.flatMap((part) => (part.kind === 'tool_call' ? [part.id] : [])))
  const citations = parts.filter((part): part is CitationPart => part.kind === 'citation')
  return (
    <>
      {parts.map((part, index) => (
        <OnePart
          // Parts are only ever added.
          // biome-ignore lint/suspicious/noArrayIndexKey: as above
          key={index}
          part={part}
          growing={live && index === parts.length - 1}
          results={results}
          called={called}
        />
      ))}
      <Sources citations={citations} />
    </>
  )
}

function OnePart({
  part,
  growing,
  results,
  called,
}: {
  part: Part
  growing: boolean
  results: ReadonlyMap<string, ToolResultPart>
  /** The calls in this message: their results stand with them. */
  called: ReadonlySet<string>
}) {
  const { t } = useTranslation()
  switch (part.kind) {
    case 'text':
      return <Written text={part.text} live={growing} />
    case 'reasoning':
      return part.text === '' && part.ms === undefined && !growing ? null : (
        <Reasoning text={part.text} ms={part.ms} live={growing} />
      )
    case 'image':
      return (
        <div className="my-3">
          <AttachedImage image={part} />
        </div>
      )
    case 'file':
      return (
        <div className="my-3">
          <AttachedFile file={part} />
        </div>
      )
    case 'tool_call':
      return <ToolCall call={part} result={results.get(part.id)} />
    case 'tool_result':
      return called.has(part.call_id) ? null : <ToolResult result={part} />
    case 'unknown':
      return (
        <details className="my-2 text-xs text-ink-3">
          <summary>{t('chat.unknownPart', { source: part.source })}</summary>
          <pre className="mt-1 max-h-60 overflow-auto font-mono wrap-anywhere whitespace-pre-wrap">
            {JSON.stringify(part.value, undefined, 2)}
          </pre>
        </details>
      )
    default:
      // Sources stand at the end.
      return null
  }
}
