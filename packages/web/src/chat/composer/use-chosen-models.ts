import { useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { useCallback } from 'react'
import { modelsQuery } from '../../api/queries.ts'
import { useModels } from '../models.ts'
import { preferencesQuery } from '../preferences.ts'
import { changeConversation, sayFailure } from '../thread/acts.ts'
import { useThread, useThreadStore } from '../thread/use-thread.ts'
import { firstModels, rememberModels } from './last-models.ts'

/** The models that the open conversation's next message goes to, and how to choose others. */
export function useChosenModels(): [string[], (models: string[]) => void] {
  const store = useThreadStore()
  const set = useThread(({ thread }) => thread.conversation.settings.models)
  const models = useModels()
  const { data } = useSuspenseQuery(modelsQuery)
  const { data: preferences } = useQuery(preferencesQuery)
  const choose = useCallback(
    (chosen: string[]) => {
      rememberModels(chosen)
      changeConversation(store, { settings: { models: chosen } }).catch(sayFailure)
    },
    [store],
  )
  const first = () => firstModels(models, { usual: preferences?.default_model ?? null, proposed: data.preselected })
  return [set.length > 0 ? set : first(), choose]
}
