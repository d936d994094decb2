import type { IssuedKey } from '@keyway/contract'
import { useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { TriangleAlert } from 'lucide-react'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { modelsQuery, stateQuery } from '../api/queries.ts'
import { firstModels } from '../chat/composer/last-models.ts'
import { useModels } from '../chat/models.ts'
import { preferencesQuery } from '../chat/preferences.ts'
import { Button } from '../ui/button.tsx'
import { CodeBlock } from '../ui/code-block.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { chooseModels } from './choose-models.ts'
import { KeyedCode, NO_KEY } from './keyed-code.tsx'
import type { Block, Place, Tool } from './tool.ts'
import { FEW, TOOLS } from './tools.ts'

/**
 * How programs are told to use this server: lines to copy, with the reader's address, models that they can call, and a key.
 * @param issued the key, where there is one; else each program's own is made when its lines are copied
 */
export function UseItFrom({ issued, onIssued }: { issued?: IssuedKey; onIssued?: (issued: IssuedKey) => void }) {
  const { t } = useTranslation()
  const place = usePlace()
  const [made, setMade] = useState<Readonly<Record<string, IssuedKey>>>({})
  const [all, setAll] = useState(false)
  const tools = all ? TOOLS : TOOLS.slice(0, FEW)
  return (
    <Tabs
      label={t('use.title')}
      first={tools.find(({ speaks }) => place.models[speaks] !== undefined)?.id}
      tabs={tools.map((tool) => ({
        id: tool.id,
        title: tool.name,
        panel: (
          <ToolPanel
            tool={tool}
            place={place}
            issued={issued ?? made[tool.id]}
            onIssued={(key) => {
              setMade((before) => ({ ...before, [tool.id]: key }))
              onIssued?.(key)
            }}
          />
        ),
      }))}
      more={
        !all && (
          <Button
            size="sm"
            look="ghost"
            onClick={({ detail, currentTarget }) => {
              // By the keyboard: the focus would go with the button.
              if (detail === 0) currentTarget.parentElement?.querySelector<HTMLElement>('[role="tab"]')?.focus()
              setAll(true)
            }}
          >
            {t('use.more', { count: TOOLS.length - FEW })}
          </Button>
        )
      }
    />
  )
}

/** What is the same for every key. */
type Ground = Omit<Place, 'key' | 'cap'>

function usePlace(): Ground {
  const { data: state } = useSuspenseQuery(stateQuery)
  const { data } = useSuspenseQuery(modelsQuery)
  const { data: preferences } = useQuery(preferencesQuery)
  const byId = useModels()
  const usual = preferences?.default_model ?? null
  return useMemo(() => {
    const [chat] = firstModels(byId, { usual, proposed: data.preselected })
    const shell = /Windows/.test(navigator.userAgent) ? 'powershell' : 'sh'
    return { origin: state.public_url, models: chooseModels(data.data, chat), shell }
  }, [byId, usual, data, state.public_url])
}

function ToolPanel({
  tool,
  place,
  issued,
  onIssued,
}: {
  tool: Tool
  place: Ground
  issued: IssuedKey | undefined
  onIssued: (issued: IssuedKey) => void
}) {
  const { t } = useTranslation()
  if (place.models[tool.speaks] === undefined) {
    return <p className="max-w-xl text-sm text-ink-2">{t(`use.without.${tool.speaks}`)}</p>
  }
  const cap = (issued?.key.limit_usd ?? null) === null ? 'none' : 'some'
  const blocks = (key: string) => tool.write({ ...place, key, cap })
  const out = tool.id === 'cursor' && !isPublic(place.origin)
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-2.5">
      <p className="max-w-2xl text-pretty text-sm text-ink-2">{t(`use.where.${tool.id}`)}</p>
      {blocks(NO_KEY).map((block, index) => (
        <div key={block.code} className="grid grid-cols-[minmax(0,1fr)] gap-1">
          {block.file !== undefined && <p className="font-mono text-xs text-ink-3">{block.file}</p>}
          {block.key === 'in it' ? (
            <KeyedCode
              tool={tool.name}
              write={(key) => (blocks(key)[index] as Block).code}
              issued={issued}
              onIssued={onIssued}
            />
          ) : (
            <CodeBlock code={block.code} label={block.file ?? tool.name} />
          )}
        </div>
      ))}
      {isTrap(tool.id) && (
        <p className={`flex max-w-2xl items-start gap-1.5 text-xs ${out ? 'text-brass-text' : 'text-ink-3'}`}>
          {out && <TriangleAlert className="mt-px size-3.5 shrink-0" aria-hidden="true" />}
          <span>{t(out ? 'use.cursorOut' : `use.trap.${tool.id}`, { origin: place.origin })}</span>
        </p>
      )}
    </div>
  )
}

/** What one falls into, in one line. */
const TRAPS = ['claudeCode', 'codex', 'cursor', 'continue', 'aider', 'openWebui', 'anthropicSdk', 'dotenv'] as const

function isTrap(id: Tool['id']): id is (typeof TRAPS)[number] {
  return TRAPS.some((one) => one === id)
}

/** Whether a server somewhere else could call it. */
function isPublic(origin: string): boolean {
  const { protocol, hostname } = new URL(origin)
  return protocol === 'https:' && hostname !== 'localhost' && !/^(?:127\.|10\.|192\.168\.|\[)/.test(hostname)
}
