import type { Attachment } from '@keyway/contract'
import { useEffect, useRef, useState } from 'react'

/** What was written and not sent yet. */
export type Draft = {
  text: string
  attachments: Attachment[]
  /** The version of a library prompt that it began with. */
  promptVersionId?: string
}

const NAME = 'keyway.draft.'
const EMPTY: Draft = { text: '', attachments: [] }
/** Whoever types is not kept waiting by the browser's storage. Milliseconds. */
const SAVE_MS = 250

function read(key: string): Draft {
  const stored = localStorage.getItem(NAME + key)
  if (stored === null) return EMPTY
  try {
    return { ...EMPTY, ...(JSON.parse(stored) as Partial<Draft>) }
  } catch {
    // Not something that we wrote.
    return EMPTY
  }
}

/** Was nothing written or attached? */
export const isEmpty = ({ text, attachments }: Draft) => text === '' && attachments.length === 0

function write(key: string, draft: Draft): void {
  if (isEmpty(draft)) localStorage.removeItem(NAME + key)
  else localStorage.setItem(NAME + key, JSON.stringify(draft))
}

/** Where the draft of a conversation is kept that is not there yet: it is the empty page's, whatever becomes of it. */
export const NEW_DRAFT = 'new'

/** A draft that is kept in this browser under a key, such as a conversation's id. Under another key it is that one's. */
export function useDraft(key: string): [Draft, (change: (draft: Draft) => Draft) => void] {
  const [draft, setDraft] = useState(() => read(key))
  const latest = useRef({ key, draft })
  latest.current = { key, draft }
  useEffect(() => {
    // What was sent is not left for whoever comes to the page a moment later.
    if (isEmpty(draft)) return write(key, draft)
    const timer = setTimeout(() => write(key, draft), SAVE_MS)
    return () => clearTimeout(timer)
  }, [key, draft])
  // Whoever leaves the page in mid-word finds the word again.
  useEffect(() => {
    const save = () => write(key, latest.current.key === key ? latest.current.draft : EMPTY)
    window.addEventListener('pagehide', save)
    return () => {
      window.removeEventListener('pagehide', save)
      save()
    }
  }, [key])
  return [draft, setDraft]
}
