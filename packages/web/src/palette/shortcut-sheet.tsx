import { useTranslation } from 'react-i18next'
import { Dialog } from '../ui/dialog.tsx'
import { keyNames } from './key-names.ts'

const GROUPS = [
  {
    title: 'anywhere',
    lines: [
      ['palette', ['mod+k']],
      ['newChat', ['mod+shift+o']],
      ['sidebar', ['mod+b']],
      ['sheet', ['?', 'mod+/']],
    ],
  },
  {
    title: 'writing',
    lines: [
      ['send', ['Enter']],
      ['line', ['shift+Enter']],
      ['stop', ['Esc']],
      ['jump', ['F6']],
    ],
  },
  {
    title: 'list',
    lines: [
      ['move', ['↑', '↓']],
      ['open', ['Enter']],
      ['rename', ['F2']],
      ['delete', ['Delete']],
      ['undo', ['mod+z']],
    ],
  },
] as const

/** Every key that does something. */
export default function ShortcutSheet({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation()
  return (
    <Dialog title={t('shortcuts.title')} onClose={onClose} wide>
      <div className="grid gap-x-10 gap-y-6 sm:grid-cols-2">
        {GROUPS.map(({ title, lines }) => (
          <section key={title}>
            <h3 className="mb-1.5 text-xs font-medium text-ink-3">{t(`shortcuts.${title}`)}</h3>
            <dl className="grid gap-px">
              {lines.map(([line, keys]) => (
                <Line key={line} title={t(`shortcuts.${line}`)} keys={keys} />
              ))}
              {title === 'writing' && <Line title={t('shortcuts.slash')} keys={[t('shortcuts.slashKeys')]} />}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  )
}

function Line({ title, keys }: { title: string; keys: readonly string[] }) {
  return (
    <div className="flex min-h-8 items-center justify-between gap-4 border-b border-line py-1 last:border-b-0">
      <dt className="text-sm">{title}</dt>
      <dd className="flex shrink-0 gap-1.5">
        {keys.map((key) => (
          <kbd
            key={key}
            className="inline-flex h-5.5 items-center rounded-sm border border-line-strong bg-surface px-1.5 font-mono text-2xs text-ink-2 shadow-low"
          >
            {key.includes('+') ? keyNames(key) : key}
          </kbd>
        ))}
      </dd>
    </div>
  )
}
