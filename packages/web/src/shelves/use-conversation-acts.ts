import type { Conversation, ConversationChange } from '@keyway/contract'
import { useQueryClient } from '@tanstack/react-query'
import { useParams, useRouter } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { AppError } from '../api/app-error.ts'
import { foldersQuery, forgetConversation, keepConversation } from '../api/conversations.ts'
import { request } from '../api/request.ts'
import { toast } from '../ui/toast.ts'

/**
 * What can be done with a conversation from outside of it. It shows at once; where the server refuses, the lists are asked
 * anew and a toast says why.
 */
export function useConversationActs() {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const router = useRouter()
  const { id: openId } = useParams({ strict: false })
  const titleOf = ({ title }: Conversation) => (title === '' ? t('shelves.untitled') : title)

  const refused = (error: unknown) => {
    void queries.invalidateQueries({ queryKey: ['conversations'] })
    const said = error instanceof AppError && error.fix !== '' ? `${error.message} ${error.fix}` : undefined
    toast(said ?? t(error instanceof AppError && error.code === 'offline' ? 'failure.offline' : 'failure.unforeseen'), {
      tone: 'alarm',
    })
  }

  async function change(conversation: Conversation, body: ConversationChange): Promise<boolean> {
    const { settings: _, active_leaf_id: __, ...shown } = body
    keepConversation(queries, { ...conversation, ...shown })
    try {
      keepConversation(
        queries,
        await request('PATCH /api/app/conversations/:id', { params: { id: conversation.id }, body }),
      )
    } catch (error) {
      refused(error)
      return false
    }
    if (body.folder_id !== undefined) await queries.invalidateQueries(foldersQuery)
    return true
  }

  /** Changes it and says so, with the way back. */
  async function changeWithUndo(conversation: Conversation, body: ConversationChange, said: string): Promise<void> {
    if (!(await change(conversation, body))) return
    const { archived, folder_id } = conversation
    toast(said, { action: { label: t('shelves.undo'), run: () => void change(conversation, { archived, folder_id }) } })
  }

  async function restore(conversation: Conversation): Promise<void> {
    try {
      const restored = await request('POST /api/app/conversations/:id/restore', { params: { id: conversation.id } })
      keepConversation(queries, restored)
      await queries.invalidateQueries(foldersQuery)
    } catch (error) {
      refused(error)
    }
  }

  return {
    rename: (conversation: Conversation, title: string) => change(conversation, { title }),
    pin: (conversation: Conversation) => change(conversation, { pinned: !conversation.pinned }),
    archive: (conversation: Conversation) =>
      conversation.archived
        ? change(conversation, { archived: false })
        : changeWithUndo(
            conversation,
            { archived: true },
            t('shelves.archivedToast', { title: titleOf(conversation) }),
          ),
    move: (conversation: Conversation, folder: { id: string; name: string } | null) =>
      changeWithUndo(
        conversation,
        { folder_id: folder?.id ?? null },
        folder === null ? t('shelves.movedOutToast') : t('shelves.movedToast', { folder: folder.name }),
      ),
    /** Out of sight at once; the toast has it back. @returns what takes it back */
    remove: async (conversation: Conversation): Promise<void> => {
      forgetConversation(queries, conversation.id)
      try {
        await request('DELETE /api/app/conversations/:id', { params: { id: conversation.id } })
      } catch (error) {
        refused(error)
        return
      }
      toast(t('shelves.deleted', { title: titleOf(conversation) }), {
        action: { label: t('shelves.undo'), run: () => void restore(conversation) },
      })
      if (openId === conversation.id) await router.navigate({ to: '/' })
      await queries.invalidateQueries(foldersQuery)
    },
    restore,
  }
}
