import type { Prompt } from '@keyway/contract'
import type { FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogActions } from '../ui/dialog.tsx'
import { TextField } from '../ui/field.tsx'
import { fillIn, variablesOf } from './variables.ts'

/** Asks for what a prompt has variables for. */
export function FillDialog({
  prompt,
  onFilled,
  onClose,
}: {
  prompt: Prompt
  onFilled: (text: string) => void
  onClose: () => void
}) {
  const { t } = useTranslation()
  const names = variablesOf(prompt.text)
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    event.stopPropagation()
    const form = new FormData(event.currentTarget)
    onFilled(fillIn(prompt.text, Object.fromEntries(names.map((name, at) => [name, String(form.get(`value-${at}`))]))))
  }
  return (
    <Dialog title={t('prompts.fill', { title: prompt.title })} about={t('prompts.fillAbout')} onClose={onClose} firm>
      <form onSubmit={submit} className="grid gap-4">
        {names.map((name, at) => (
          <TextField key={name} label={name} name={`value-${at}`} autoFocus={at === 0} autoComplete="off" />
        ))}
        <DialogActions>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button type="submit" look="primary">
            {t('prompts.insert')}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}
