import { WrapText } from 'lucide-react'
import { memo, startTransition, useCallback, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { IconButton } from '../../ui/button.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { GrowingCode } from './growing-code.tsx'
import type { Line } from './highlight.ts'
import { languageName, languageOfCode } from './languages.ts'

/**
 * Code with its language, a button to copy it and one to wrap long lines. Colours come when it is complete: until then
 * every update would colour all of it again.
 * @param open is it still being written?
 */
export const CodeFence = memo(function CodeFence({
  language,
  code,
  open = false,
}: {
  language: string
  code: string
  open?: boolean
}) {
  const { t } = useTranslation()
  const [wrap, setWrap] = useState(false)
  const name = languageName(language)
  const latest = useRef(code)
  latest.current = code
  const readCode = useCallback(() => latest.current, [])
  return (
    <figure className="code-fence" data-wrap={wrap || undefined}>
      <FenceHead name={name} wrap={wrap} onWrap={setWrap} readCode={readCode} />
      {/* Long lines scroll, so the keyboard has to reach them. */}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: as above */}
      {/* biome-ignore lint/a11y/useSemanticElements: no other element keeps lines as they are */}
      <pre tabIndex={0} role="group" aria-label={t('chat.codeIn', { language: name })}>
        <code>{open ? <GrowingCode code={code} /> : <Coloured language={language} code={code} />}</code>
      </pre>
    </figure>
  )
})

/** Above the code. It stays the same while that grows. */
const FenceHead = memo(function FenceHead({
  name,
  wrap,
  onWrap,
  readCode,
}: {
  name: string
  wrap: boolean
  onWrap: (wrap: boolean) => void
  readCode: () => string
}) {
  const { t } = useTranslation()
  return (
    <figcaption>
      <span>{name}</span>
      <span>
        <IconButton label={t('chat.wrap')} aria-pressed={wrap} onClick={() => onWrap(!wrap)}>
          <WrapText aria-hidden="true" />
        </IconButton>
        <CopyButton text={readCode} label={t('chat.copyCode')} />
      </span>
    </figcaption>
  )
})

function Coloured({ language, code }: { language: string; code: string }) {
  const [lines, setLines] = useState<readonly Line[]>()
  const known = languageOfCode(language)
  useEffect(() => {
    if (known === undefined) return
    const stop = new AbortController()
    void import('./highlight.ts')
      .then(({ highlight }) => highlight(code, known, stop.signal))
      .then((coloured) => {
        // As slowly as it takes: nobody waits for colours.
        if (!stop.signal.aborted) startTransition(() => setLines(coloured))
      })
    return () => stop.abort()
  }, [code, known])
  if (lines === undefined) return code
  return lines.map((line, row) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: lines have nothing else
    <span key={row}>
      {line.map(({ text, colour }, place) =>
        colour === undefined ? (
          text
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: as above
          <span key={place} style={{ color: colour }}>
            {text}
          </span>
        ),
      )}
      {row < lines.length - 1 && '\n'}
    </span>
  ))
}
