import type { Part } from '@keyway/contract'
import type { ConversationRecord, MessageRecord } from '../store/chat-records.ts'
import { branchTo } from './branch.ts'

/** The branch of a conversation that is shown, as Markdown for people to read. Attachments are named. */
export function exportMarkdown(conversation: ConversationRecord, messages: readonly MessageRecord[]): string {
  const { title, activeLeafId, createdAt, settings } = conversation
  const branch = (activeLeafId === null ? undefined : branchTo(messages, activeLeafId)) ?? []
  const blocks = [`# ${oneLine(title) || 'Conversation'}`, `_${new Date(createdAt).toISOString()}_`]
  if (settings.system_prompt.trim() !== '') blocks.push(quoted(settings.system_prompt))
  for (const { role, model, parts } of branch) {
    blocks.push(role === 'user' ? '## You' : `## ${oneLine(model ?? 'Assistant')}`)
    for (const part of parts) blocks.push(...blockOf(part))
  }
  return `${blocks.join('\n\n')}\n`
}

function blockOf(part: Part): string[] {
  switch (part.kind) {
    case 'text':
      return part.text.trim() === '' ? [] : [part.text]
    case 'reasoning':
      return part.text.trim() === '' ? [] : [quoted(part.text)]
    case 'image':
      return [`_[image: ${oneLine(part.name ?? part.url ?? part.attachment ?? '')}]_`]
    case 'file':
      return [`_[file: ${oneLine(part.name)}]_`]
    case 'tool_call':
      return [`_${oneLine(part.name)}_`, fenced(part.arguments)]
    case 'tool_result':
      return [fenced(part.text)]
    case 'citation':
      return [`- ${oneLine(part.title ?? part.url)}: <${oneLine(part.url)}>`]
    default:
      return []
  }
}

function quoted(text: string): string {
  return text
    .split('\n')
    .map((line) => `> ${line}`.trimEnd())
    .join('\n')
}

/** A block of code; its fence is longer than any in the text, so that it ends where it should. */
function fenced(text: string): string {
  const longest = Math.max(2, ...Array.from(text.matchAll(/`{3,}/g), ([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}\n${text}\n${fence}`
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/gu, ' ').trim()
}
