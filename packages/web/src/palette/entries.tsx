import type { Prompt, SearchHit } from '@keyway/contract'
import { MessageSquare, TextQuote } from 'lucide-react'
import type { ReactNode } from 'react'
import { matchWords } from './match-words.ts'
import type { Command, CommandGroup } from './use-commands.tsx'

/** A line of the palette that can be chosen. */
export type Entry = {
  key: string
  group: CommandGroup | 'conversations' | 'prompts'
  icon: ReactNode
  title: string
  /** Below the title: words around what was found. */
  excerpt?: SearchHit['excerpt']
  keys?: string
  run: () => void
}

/** With words typed, this many commands and prompts: the conversations are what one looks for. */
const COMMANDS_MAX = 6
const PROMPTS_MAX = 4

/** The palette from top to bottom. Entries of one group stand together. */
export function entriesOf({
  search,
  commands,
  hits,
  prompts,
  untitled,
  openHit,
  openPrompt,
}: {
  search: string
  commands: readonly Command[]
  hits: readonly SearchHit[]
  prompts: readonly Prompt[]
  untitled: string
  openHit: (hit: SearchHit) => void
  openPrompt: (prompt: Prompt) => void
}): Entry[] {
  const words = search.trim()
  const entryOf = ({ id, ...command }: Command): Entry => ({ key: `command ${id}`, ...command })
  if (words === '') return commands.map(entryOf)
  return [
    ...commands
      .filter(({ title }) => matchWords(title, words))
      .slice(0, COMMANDS_MAX)
      .map(entryOf),
    ...hits.map(
      (hit): Entry => ({
        key: `hit ${hit.conversation.id} ${hit.message_id}`,
        group: 'conversations',
        icon: <MessageSquare />,
        title: hit.conversation.title === '' ? untitled : hit.conversation.title,
        excerpt: hit.excerpt,
        run: () => openHit(hit),
      }),
    ),
    ...prompts
      .filter(({ slug, title }) => matchWords(`${title} /${slug}`, words))
      .slice(0, PROMPTS_MAX)
      .map(
        (prompt): Entry => ({
          key: `prompt ${prompt.id}`,
          group: 'prompts',
          icon: <TextQuote />,
          title: prompt.title,
          excerpt: [{ text: `/${prompt.slug}`, match: false }],
          run: () => openPrompt(prompt),
        }),
      ),
  ]
}
