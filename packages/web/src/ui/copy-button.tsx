import { Check, Copy } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button, IconButton } from './button.tsx'

/** How long the button says that it did. Milliseconds. */
const SAID_MS = 1_800

/**
 * Copies a text. Where the browser keeps the clipboard to itself (plain http), it says so instead of pretending.
 * @param text one that grows is read when it is copied
 */
export function CopyButton({ text, label, words }: { text: string | (() => string); label: string; words?: boolean }) {
  const { t } = useTranslation()
  const [state, setState] = useState<'idle' | 'copied' | 'refused'>('idle')
  useEffect(() => {
    if (state === 'idle') return
    const timer = setTimeout(() => setState('idle'), SAID_MS)
    return () => clearTimeout(timer)
  }, [state])
  const copy = () => {
    // Missing where the page has neither https nor a localhost name.
    const clipboard: Clipboard | undefined = navigator.clipboard
    if (clipboard === undefined) setState('refused')
    else
      clipboard.writeText(typeof text === 'string' ? text : text()).then(
        () => setState('copied'),
        () => setState('refused'),
      )
  }
  const said = state === 'copied' ? t('common.copied') : state === 'refused' ? t('common.copyRefused') : label
  const icon = state === 'copied' ? <Check aria-hidden="true" className="text-hold" /> : <Copy aria-hidden="true" />
  return (
    <>
      {words ? (
        <Button size="sm" onClick={copy}>
          {icon}
          {said}
        </Button>
      ) : (
        <IconButton label={said} onClick={copy}>
          {icon}
        </IconButton>
      )}
      <span role="status" className="sr-only">
        {state === 'idle' ? '' : said}
      </span>
    </>
  )
}
