import { KeywayError } from '../base/errors.ts'

/**
 * Reads a body to its end.
 * @param bytesMax the most that is accepted; one more byte ends the connection
 * @throws KeywayError provider_invalid_reply when it is larger; whatever the body throws
 */
export async function readBody(body: AsyncIterable<Uint8Array>, bytesMax: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of body) {
    length += chunk.length
    if (length > bytesMax)
      throw new KeywayError('provider_invalid_reply', `The provider's answer is larger than ${bytesMax} bytes.`)
    chunks.push(chunk)
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, length)
}

/** Reads at most `bytesMax` of a body and leaves the rest: for error bodies, of which the beginning says it all. */
export async function readStart(body: AsyncIterable<Uint8Array>, bytesMax: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of body) {
    chunks.push(chunk)
    length += chunk.length
    if (length >= bytesMax) break
  }
  return Buffer.concat(chunks, length).subarray(0, bytesMax)
}
