import type { Attachment } from '@keyway/contract'
import { useCallback, useRef, useState } from 'react'
import { newId } from '../new-id.ts'
import { upload } from './upload.ts'

/** A file on its way to the server, or that did not get there. */
export type Upload = { key: string; name: string; bytes: number; share: number; error: unknown }

/** Files on their way. Each that arrives is handed on and is none of these any more. */
export function useUploads(onArrived: (attachment: Attachment) => void) {
  const [uploads, setUploads] = useState<readonly Upload[]>([])
  const ends = useRef(new Map<string, AbortController>())
  const drop = useCallback((key: string) => {
    ends.current.get(key)?.abort()
    ends.current.delete(key)
    setUploads((before) => before.filter((one) => one.key !== key))
  }, [])
  const add = useCallback(
    (files: Iterable<File>) => {
      for (const file of files) {
        const key = newId()
        const end = new AbortController()
        ends.current.set(key, end)
        const set = (change: Partial<Upload>) =>
          setUploads((before) => before.map((one) => (one.key === key ? { ...one, ...change } : one)))
        setUploads((before) => [...before, { key, name: file.name, bytes: file.size, share: 0, error: undefined }])
        upload(file, { onProgress: (share) => set({ share }), signal: end.signal }).then(
          (attachment) => {
            drop(key)
            onArrived(attachment)
          },
          (error: unknown) => !end.signal.aborted && set({ error }),
        )
      }
    },
    [drop, onArrived],
  )
  return { uploads, add, drop }
}
