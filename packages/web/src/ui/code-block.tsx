import { CopyButton } from './copy-button.tsx'

/** Something to paste elsewhere, word for word. Long lines wrap: nothing scrolls sideways, on phones least of all. */
export function CodeBlock({ code, label }: { code: string; label: string }) {
  return (
    <div className="relative rounded-lg border border-line bg-sunken">
      <pre className="wrap-anywhere whitespace-pre-wrap py-3 pr-12 pl-3.5 font-mono text-xs leading-5">{code}</pre>
      <div className="absolute top-1 right-1">
        <CopyButton text={code} label={label} />
      </div>
    </div>
  )
}
