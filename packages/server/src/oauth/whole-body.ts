import type { OutboundResponse } from '../net/request.ts'

/** The bytes of an answer, or null where there are more: then the connection is ended and the rest is never read. */
export async function wholeBody({ body }: OutboundResponse, bytesMax: number): Promise<Buffer | null> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.length
    if (bytes > bytesMax) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
