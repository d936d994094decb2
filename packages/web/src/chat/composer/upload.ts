import type { Attachment } from '@keyway/contract'
import { AppError, readFailure } from '../../api/app-error.ts'

/** The largest file that the server takes. Bytes. */
export const FILE_MAX_BYTES = 20_000_000

/**
 * Sends a file's bytes. `fetch` does not tell how far it is, so this is the older way.
 * @param onProgress 0 to 1
 * @throws AppError in the server's words
 */
export function upload(
  file: File,
  { onProgress, signal }: { onProgress: (share: number) => void; signal: AbortSignal },
): Promise<Attachment> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', `/api/app/attachments?name=${encodeURIComponent(file.name)}`)
    request.setRequestHeader('content-type', 'application/octet-stream')
    request.responseType = 'json'
    request.upload.onprogress = ({ loaded, total }) => onProgress(total === 0 ? 0 : loaded / total)
    request.onerror = () => reject(new AppError('offline', 'offline', {}))
    request.onabort = () => reject(new DOMException('', 'AbortError'))
    request.onload = () => {
      // The server's own words: the contract has their shape.
      if (request.status >= 200 && request.status < 300) resolve(request.response as Attachment)
      else reject(readFailure(request.status, request.response))
    }
    signal.addEventListener('abort', () => request.abort())
    request.send(file)
  })
}
