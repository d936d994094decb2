import type { Prompt } from '@keyway/contract'
import { useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { modelsQuery } from '../../api/queries.ts'
import { firstModels } from '../../chat/composer/last-models.ts'
import { useModels } from '../../chat/models.ts'
import { preferencesQuery } from '../../chat/preferences.ts'
import CompareDialog from '../../prompts/compare-dialog.tsx'
import { toast } from '../../ui/toast.ts'

/** Compares two versions of a prompt in a chat of their own. */
export default function CompareHere({ prompt, onClose }: { prompt: Prompt; onClose: () => void }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const models = useModels()
  const { data: list } = useSuspenseQuery(modelsQuery)
  const { data: preferences } = useQuery(preferencesQuery)
  const usual = firstModels(models, { usual: preferences?.default_model ?? null, proposed: list.preselected })
  return (
    <CompareDialog
      prompt={prompt}
      models={usual}
      onClose={onClose}
      onCompare={(columns) => {
        import('../../chat/begin-chat.ts').then(
          ({ beginComparison }) => {
            const id = beginComparison({ columns, temporary: false, folderId: null })
            return navigate({ to: '/c/$id', params: { id } })
          },
          () => toast(t('failure.offline'), { tone: 'alarm' }),
        )
      }}
    />
  )
}
