import type { AuthQuestion } from '@keyway/contract'
import { useState } from 'react'
import { Button, buttonClass } from '../ui/button.tsx'
import { Spinner } from '../ui/spinner.tsx'
import { Head } from './frame.tsx'
import { fill, type Texts } from './texts.ts'

/** On the way back. The link is for a browser that did not go by itself. */
export function Leaving({ to, texts }: { to: string; texts: Texts }) {
  return (
    <>
      <Head focus="take" title={fill(texts.leaving, { host: new URL(to).host })} />
      <p className="flex items-center gap-2 text-ink-2">
        <Spinner />
        {texts.leavingStuck}{' '}
        <a href={to} rel="noreferrer" className="underline underline-offset-2 hover:text-ink">
          {texts.leavingLink}
        </a>
      </p>
    </>
  )
}

/** The code to carry over by hand. It is in no address, and gone with the page. */
export function Code({ code, texts }: { code: string; texts: Texts }) {
  const [copied, setCopied] = useState(false)
  const copy = () => {
    navigator.clipboard.writeText(code).then(
      () => setCopied(true),
      () => setCopied(false),
    )
  }
  return (
    <>
      <Head focus="take" title={texts.codeTitle} about={texts.codeAbout} />
      <div className="grid gap-3 rounded-xl border border-brass-line bg-brass-wash p-4">
        <code className="font-mono text-lg font-medium break-all select-all">{code}</code>
        <Button look="primary" size="lg" onClick={copy}>
          {copied ? texts.copied : texts.copy}
        </Button>
        <span className="sr-only" aria-live="polite">
          {copied ? texts.copied : ''}
        </span>
      </div>
    </>
  )
}

/** Refused. A site that nobody vouches for is not told: the way back is a link. */
export function Denied({ question, texts }: { question: AuthQuestion; texts: Texts }) {
  const { origin, host } = question.app
  return (
    <>
      <Head focus="take" title={texts.deniedTitle} about={texts.deniedAbout} />
      {origin !== null && host !== null && (
        <a href={origin} rel="noreferrer" className={buttonClass('plain', 'lg')}>
          {fill(texts.backTo, { host })}
        </a>
      )}
    </>
  )
}
