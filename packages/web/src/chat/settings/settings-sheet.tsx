import type { ChatParameters, ChatSettings } from '@keyway/contract'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../ui/button.tsx'
import { DialogActions } from '../../ui/dialog.tsx'
import { SelectField, TextField } from '../../ui/field.tsx'
import { Sheet } from '../../ui/sheet.tsx'
import { changeConversation, sayFailure } from '../thread/acts.ts'
import { useThread, useThreadStore } from '../thread/use-thread.ts'
import { EFFORTS, type ParameterTexts, readParameters, writeParameters } from './read-parameters.ts'

/** What this conversation's answers are asked for with: its system prompt and its parameters. */
export default function SettingsSheet({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation()
  const store = useThreadStore()
  const settings = useThread(({ thread }) => thread.conversation.settings)
  const [system, setSystem] = useState(settings.system_prompt)
  const [texts, setTexts] = useState(() => writeParameters(settings.parameters))
  const { parameters, wrong } = readParameters(texts)
  const set = (name: keyof ParameterTexts) => (event: { target: { value: string } }) =>
    setTexts((before) => ({ ...before, [name]: event.target.value }))
  const save = () => {
    if (wrong.size > 0) return
    const change: Partial<ChatSettings> = {
      system_prompt: system.trim(),
      parameters: parameters satisfies ChatParameters,
    }
    changeConversation(store, { settings: change }).catch(sayFailure)
    onClose()
  }
  const field = (name: 'temperature' | 'top_p' | 'max_tokens') => ({
    value: texts[name],
    onChange: set(name),
    inputMode: 'decimal' as const,
    placeholder: t('chat.usual'),
    hint: t(`chat.parameters.${name}About`),
    label: t(`chat.parameters.${name}`),
    ...(wrong.has(name) ? { error: t(`chat.parameters.${name}Wrong`) } : {}),
  })
  return (
    <Sheet title={t('chat.settings')} about={t('chat.settingsAbout')} onClose={onClose}>
      <form
        className="grid gap-5"
        onSubmit={(event) => {
          event.preventDefault()
          save()
        }}
      >
        <label className="grid gap-1.5 text-sm font-medium">
          {t('chat.systemPrompt')}
          <textarea
            value={system}
            onChange={({ target }) => setSystem(target.value)}
            rows={6}
            placeholder={t('chat.systemPromptExample')}
            className="field-sizing-content max-h-[40dvh] min-h-32 w-full resize-y rounded-md border border-line-strong bg-surface px-3 py-2 text-base font-normal shadow-low placeholder:text-ink-3"
          />
        </label>
        <TextField {...field('temperature')} />
        <TextField {...field('top_p')} />
        <TextField {...field('max_tokens')} />
        <SelectField
          label={t('chat.parameters.reasoning')}
          value={texts.reasoning_effort}
          onChange={set('reasoning_effort')}
        >
          <option value="">{t('chat.usual')}</option>
          {EFFORTS.map((effort) => (
            <option key={effort} value={effort}>
              {t(`chat.efforts.${effort}`)}
            </option>
          ))}
        </SelectField>
        <DialogActions>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button look="primary" type="submit">
            {t('common.save')}
          </Button>
        </DialogActions>
      </form>
    </Sheet>
  )
}
