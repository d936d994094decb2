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

function write(key: string, draft: Draft): void {
  if (draft.text === '' && draft.attachments.length === 0) localStorage.removeItem(NAME + key)
  else localStorage.setItem(NAME + key, JSON.stringify(draft))
}

/** A draft that is kept in this browser under a key, such as a conversation's id. */
export function useDraft(key: string): [Draft, (change: (draft: Draft) => Draft) => void] {
  const [draft, setDraft] = useState(() => read(key))
  const latest = useRef(draft)
  latest.current = draft
  useEffect(() => {
    const timer = setTimeout(() => write(key, draft), SAVE_MS)
    return () => clearTimeout(timer)
  }, [key, draft])
  // Whoever leaves the page in mid-word finds the word again.
  useEffect(() => {
    const save = () => write(key, latest.current)
    window.addEventListener('pagehide', save)
    return () => {
      window.removeEventListener('pagehide', save)
      save()
    }
  }, [key])
  return [draft, setDraft]
}
