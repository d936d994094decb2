import type { ChatStore } from '../chat-store.ts'
import type { Act } from './ordinary.ts'

/** Chat's acts, which are the same for every kind of store. */
export function chatActs(act: Act): ChatStore {
  return {
    createConversation: (whose, conversation, limits) => act('createConversation', [whose, conversation, limits]),
    findConversation: (whose, id) => act('findConversation', [whose, id]),
    listConversations: (whose, page) => act('listConversations', [whose, page]),
    listConversationIds: (whose, page) => act('listConversationIds', [whose, page]),
    changeConversation: (whose, id, patch) => act('changeConversation', [whose, id, patch]),
    deleteConversation: (whose, id, times) => act('deleteConversation', [whose, id, times]),
    restoreConversation: (whose, id, at) => act('restoreConversation', [whose, id, at]),
    async purgeConversations(at) {
      // In steps, so that calls are written in between.
      let purged = 0
      for (let step = 1; step > 0; purged += step) step = await act('purgeConversations', [at])
      return purged
    },
    async importConversation(whose, imported, limits) {
      const outcome = await act('importConversation', [whose, imported, limits])
      const conversationId = imported.conversation.id
      let after: bigint | undefined = outcome === 'added' ? 0n : undefined
      while (after !== undefined) after = await act('indexMessages', [whose, { conversationId, after }])
      return outcome
    },
    ask: (whose, ask, limits) => act('ask', [whose, ask, limits]),
    findMessage: (whose, id) => act('findMessage', [whose, id]),
    listMessages: (whose, conversationId) => act('listMessages', [whose, conversationId]),
    readConversation: (whose, id) => act('readConversation', [whose, id]),
    noteAnswers: (progress) => act('noteAnswers', [progress]),
    findProgress: (whose, messageId) => act('findProgress', [whose, messageId]),
    endAnswer: (whose, messageId, end) => act('endAnswer', [whose, messageId, end]),
    interruptAnswers: (at) => act('interruptAnswers', [at]),
    noteFigures: (whose, messageId, figures) => act('noteFigures', [whose, messageId, figures]),
    putAttachment: (whose, attachment, content) => act('putAttachment', [whose, attachment, content]),
    findAttachment: (whose, id) => act('findAttachment', [whose, id]),
    readAttachment: (whose, id) => act('readAttachment', [whose, id]),
    usedAttachmentBytes: (whose) => act('usedAttachmentBytes', [whose]),
    async pruneAttachments(before) {
      let pruned = 0
      for (let step = 1; step > 0; pruned += step) step = await act('pruneAttachments', [before])
      return pruned
    },
    listFolders: (whose) => act('listFolders', [whose]),
    createFolder: (whose, folder, limits) => act('createFolder', [whose, folder, limits]),
    renameFolder: (whose, id, name) => act('renameFolder', [whose, id, name]),
    removeFolder: (whose, id) => act('removeFolder', [whose, id]),
    listPrompts: (whose) => act('listPrompts', [whose]),
    findPrompt: (whose, id) => act('findPrompt', [whose, id]),
    createPrompt: (whose, prompt, limits) => act('createPrompt', [whose, prompt, limits]),
    changePrompt: (whose, id, to, limits) => act('changePrompt', [whose, id, { to, limits }]),
    removePrompt: (whose, id) => act('removePrompt', [whose, id]),
    listPromptVersions: (whose, promptId) => act('listPromptVersions', [whose, promptId]),
    namePromptVersions: (whose, ids) => act('namePromptVersions', [whose, ids]),
    searchChats: (whose, query, limit) => act('searchChats', [whose, query, limit]),
    findPreferences: (whose) => act('findPreferences', [whose]),
    putPreferences: (whose, preferences, at) => act('putPreferences', [whose, preferences, at]),
    changePreferences: (whose, change, terms) => act('changePreferences', [whose, change, terms]),
    eraseChats: (whose, what, by) => act('eraseChats', [whose, what, by]),
  }
}
