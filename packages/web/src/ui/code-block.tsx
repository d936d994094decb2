import { CopyButton } from './copy-button.tsx'

/** Something to paste elsewhere, word for word. */
export function CodeBlock({ code, label }: { code: string; label: string }) {
  return (
    <div className="relative rounded-lg border border-line bg-sunken">
      {/* A region that scrolls must be reachable by keyboard. */}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: as above */}
      <pre tabIndex={0} aria-label={label} role="region" className="overflow-x-auto py-3 pr-12 pl-3.5 font-mono text-xs leading-5">
        {code}
      </pre>
      <div className="absolute top-1 right-1">
        <CopyButton text={code} label={label} />
      </div>
    </div>
  )
}
