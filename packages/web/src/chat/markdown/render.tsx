import type { Token, Tokens } from 'marked'
import { createElement, Fragment, type ReactNode } from 'react'
import { CodeFence } from './code-fence.tsx'
import { decodeEntities } from './entities.ts'
import { Formula } from './formula.tsx'
import type { FormulaToken } from './lex.ts'
import { RemoteImage } from './remote-image.tsx'
import { safeLink } from './safe-link.ts'
import { languageOf } from './split-blocks.ts'

type Known = Exclude<Tokens.Generic, never> & Token

/** Nested deeper than this is nobody's list but an attempt at our stack. */
const DEPTH_MAX = 24

/** Elements for a tree of markdown. Every text arrives as text: nothing that a model writes becomes markup. */
export function render(tokens: readonly Token[] | undefined, depth = 0): ReactNode {
  if (depth > DEPTH_MAX) return tokens?.map(({ raw }) => raw).join('')
  return tokens?.map((token, index) => (
    // A tree is rendered anew as a whole.
    // biome-ignore lint/suspicious/noArrayIndexKey: as above
    <Fragment key={index}>{renderToken(token as Known, depth + 1)}</Fragment>
  ))
}

function renderToken(token: Known, depth: number): ReactNode {
  const inner = () => render(token.tokens, depth)
  switch (token.type) {
    case 'space':
    case 'def':
      return null
    case 'paragraph':
      return <p>{inner()}</p>
    case 'heading':
      // The page has h1, each message h2.
      return createElement(`h${Math.min(6, Number(token['depth']) + 2)}`, {}, inner())
    case 'text':
      return token.tokens === undefined ? decodeEntities(String(token['text'])) : inner()
    case 'escape':
      return String(token['text'])
    case 'strong':
      return <strong>{inner()}</strong>
    case 'em':
      return <em>{inner()}</em>
    case 'del':
      return <del>{inner()}</del>
    case 'codespan':
      return <code>{String(token['text'])}</code>
    case 'br':
      return <br />
    case 'hr':
      return <hr />
    case 'blockquote':
      return <blockquote>{inner()}</blockquote>
    case 'code':
      return <CodeFence language={languageOf(String(token['lang'] ?? ''))} code={String(token['text'])} />
    case 'formula':
      return <Formula {...(token as unknown as FormulaToken)} />
    case 'link':
      return <SafeLink href={String(token['href'])}>{inner()}</SafeLink>
    case 'image':
      return <RemoteImage href={String(token['href'])} description={decodeEntities(String(token['text']))} />
    case 'list':
      return renderList(token as unknown as Tokens.List, depth)
    case 'table':
      return renderTable(token as unknown as Tokens.Table, depth)
    case 'checkbox':
      return null
    default:
      // HTML among them: shown as it was written.
      return token.raw
  }
}

function renderList({ ordered, start, items }: Tokens.List, depth: number): ReactNode {
  const rows = items.map((item, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a tree is rendered anew as a whole
    <li key={index} className={item.task ? 'task' : undefined}>
      {item.task && <input type="checkbox" checked={item.checked === true} disabled aria-label={item.text} />}
      {render(item.tokens, depth)}
    </li>
  ))
  return ordered ? <ol start={start === '' ? 1 : start}>{rows}</ol> : <ul>{rows}</ul>
}

function renderTable({ header, rows, align }: Tokens.Table, depth: number): ReactNode {
  const cells = (row: Tokens.TableCell[], Cell: 'th' | 'td') =>
    row.map((cell, column) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: a tree is rendered anew as a whole
      <Cell key={column} style={{ textAlign: align[column] ?? undefined }}>
        {render(cell.tokens, depth)}
      </Cell>
    ))
  return (
    // Wide tables scroll by themselves, so the keyboard has to reach them.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: as above
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms
    <div className="table-scroller" tabIndex={0} role="group">
      <table>
        <thead>
          <tr>{cells(header, 'th')}</tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a tree is rendered anew as a whole
            <tr key={index}>{cells(row, 'td')}</tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function SafeLink({ href, children }: { href: string; children: ReactNode }) {
  const address = safeLink(decodeEntities(href))
  if (address === undefined) return <span>{children}</span>
  return (
    <a href={address} target="_blank" rel="noopener noreferrer nofollow" title={address}>
      {children}
    </a>
  )
}
