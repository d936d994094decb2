import { useSuspenseQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { stateQuery } from '../../api/queries.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { Tabs } from '../../ui/tabs.tsx'
import { useChosenModels } from '../composer/use-chosen-models.ts'
import { CodeFence } from '../markdown/code-fence.tsx'
import { nameOf, useModels } from '../models.ts'
import { branchTo } from '../thread/tree.ts'
import { useThreadStore } from '../thread/use-thread.ts'
import '../markdown/prose.css'
import { requestOf } from './request-of.ts'
import { SAMPLES } from './samples.ts'

/** The conversation as a program that asks the same through this server. */
export default function ViewCode({
  column,
  onClose,
}: {
  /** An answer and its model, where it is about one of several side by side. */
  column?: { leaf: string; model: string }
  onClose: () => void
}) {
  const { t } = useTranslation()
  const { data: state } = useSuspenseQuery(stateQuery)
  const models = useModels()
  const [all] = useChosenModels()
  const chosen = column === undefined ? all : [column.model]
  const [model, setModel] = useState(chosen[0] ?? '')
  const store = useThreadStore()
  const { thread } = store.get()
  const branch = branchTo(thread.messages, column?.leaf ?? thread.leaf).map(({ on }) => on)
  const request = requestOf(model, branch, thread.conversation.settings)
  return (
    <Dialog title={t('chat.viewCode')} about={t('chat.viewCodeAbout')} onClose={onClose} wide>
      {chosen.length > 1 && (
        <label className="mb-3 flex items-center gap-2 text-sm">
          {t('chat.model')}
          <select
            value={model}
            onChange={({ target }) => setModel(target.value)}
            className="h-8 rounded-md border border-line-strong bg-surface px-2 pointer-coarse:h-11"
          >
            {chosen.map((id) => (
              <option key={id} value={id}>
                {nameOf(models, id)}
              </option>
            ))}
          </select>
        </label>
      )}
      <Tabs
        label={t('chat.viewCode')}
        tabs={SAMPLES.map(({ id, name, language, write }) => ({
          id,
          title: name,
          panel: (
            <div className="prose [&_pre]:max-h-[44dvh]">
              <CodeFence language={language} code={write(request, state.public_url)} />
            </div>
          ),
        }))}
      />
      <p className="mt-3 text-xs text-ink-3">
        {t('chat.viewCodeKey')}{' '}
        <Link to="/keys" search={{ create: true }} className="text-ink-2 underline underline-offset-2 hover:text-ink">
          {t('chat.createKey')}
        </Link>
      </p>
    </Dialog>
  )
}
