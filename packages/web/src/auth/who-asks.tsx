import type { AuthQuestion } from '@keyway/contract'
import { type ReactNode, useState } from 'react'
import { Mark } from '../brand/mark.tsx'
import { fill, type Texts } from './texts.ts'

/** Who asks: a picture of the way from there to here, and the address as it is proved. */
export function WhoAsks({ question, texts }: { question: AuthQuestion; texts: Texts }) {
  const { app, known } = question
  const kind = { web: texts.site, this_computer: texts.computer, headless: texts.device }[app.kind]
  return (
    <div className="flex items-center gap-3.5 rounded-xl border border-line bg-surface px-4 py-3.5 shadow-low">
      <Sign question={question} />
      <div className="grid min-w-0 flex-1 gap-0.5">
        <p className="font-mono text-sm font-medium [overflow-wrap:anywhere]">{app.host ?? kind}</p>
        <p className="text-xs text-ink-3 [overflow-wrap:anywhere]">
          {app.claimed === null ? '' : `\u201c${app.claimed}\u201d \u00b7 `}
          {app.host === null ? texts.firstTime : `${kind} \u00b7 ${known ? texts.knownBefore : texts.firstTime}`}
        </p>
      </div>
      <Way />
      <span className="grid size-10 place-content-center rounded-lg bg-sunken">
        <Mark className="size-6" />
      </span>
    </div>
  )
}

/** The line from the app to us, with the notches of a key. */
function Way() {
  return (
    <svg viewBox="0 0 44 10" className="h-2.5 w-11 shrink-0 max-[22rem]:hidden" aria-hidden="true" fill="none">
      <path
        d="M1 5h7l3-3 3 3h4l3 3 3-3h4l3-3 3 3h8"
        stroke="var(--brass)"
        strokeWidth="1.75"
        strokeLinejoin="round"
        strokeLinecap="round"
      />
    </svg>
  )
}

/** The app's own logo, on a light tile with an edge, so that a dark one and a white one are seen; else the sign of its kind. */
function Sign({ question: { id, app, logo } }: { question: AuthQuestion }) {
  const [shown, setShown] = useState(logo)
  if (!shown) return <Glyph kind={app.kind} />
  return (
    <span className={`${TILE} bg-[#f1f2ee]`}>
      <img
        src={`/api/app/auth/${id}/logo`}
        alt=""
        className="size-7 object-contain [filter:drop-shadow(0_0_1px_#0009)]"
        onError={() => setShown(false)}
      />
    </span>
  )
}

const TILE = 'grid size-10 shrink-0 place-content-center rounded-lg'

function Glyph({ kind }: { kind: AuthQuestion['app']['kind'] }) {
  const shapes: Record<AuthQuestion['app']['kind'], ReactNode> = {
    web: (
      <path d="M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Zm0 0c2.4 2.5 3.6 5.5 3.6 9s-1.2 6.5-3.6 9c-2.4-2.5-3.6-5.5-3.6-9s1.2-6.5 3.6-9ZM3.3 9.5h17.4M3.3 14.5h17.4" />
    ),
    this_computer: <path d="M5 5h14a1 1 0 0 1 1 1v9H4V6a1 1 0 0 1 1-1ZM2.5 18.5h19" />,
    headless: <path d="M8 4h8v3H8zM16 5.5h2.5v15h-13v-15H8M9 12h6M9 16h4" />,
  }
  return (
    <span className={`${TILE} bg-sunken text-ink-2`}>
      <svg
        viewBox="0 0 24 24"
        className="size-5"
        aria-hidden="true"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.6"
        strokeLinejoin="round"
        strokeLinecap="round"
      >
        {shapes[kind]}
      </svg>
    </span>
  )
}

/** The heading's words, by who asks. */
export function titleOf({ app }: AuthQuestion, texts: Texts): { title: string; about: string } {
  const host = app.host ?? ''
  if (app.kind === 'headless') return { title: texts.titleCode, about: texts.aboutCode }
  if (app.kind === 'this_computer') return { title: texts.titleHere, about: fill(texts.aboutHere, { host }) }
  const title = app.name === null ? fill(texts.titleWeb, { host }) : fill(texts.titleNamed, { name: app.name })
  return { title, about: texts.aboutWeb }
}
