import type { Folder } from '@keyway/contract'
import { useTranslation } from 'react-i18next'
import { foldersQuery } from '../api/conversations.ts'
import { request } from '../api/request.ts'
import { useAct } from '../api/use-act.ts'
import { toast } from '../ui/toast.ts'

/** Making, renaming and deleting folders. */
export function useFolderActs() {
  const { t } = useTranslation()
  const create = useAct((name: string) => request('POST /api/app/folders', { body: { name } }), {
    changes: [foldersQuery.queryKey],
  })
  const rename = useAct(
    ({ id, name }: { id: string; name: string }) =>
      request('PATCH /api/app/folders/:id', { params: { id }, body: { name } }),
    { changes: [foldersQuery.queryKey] },
  )
  const remove = useAct(({ id }: Folder) => request('DELETE /api/app/folders/:id', { params: { id } }), {
    changes: [foldersQuery.queryKey, ['conversations']],
    done: (_, { name }) => toast(t('shelves.folderDeleted', { name })),
  })
  return { create, rename, remove }
}
