/** A body as text; undefined, and the rest is left unread, where it is longer than that many bytes. */
export async function readBounded(body: ReadableStream<Uint8Array>, bytesMax: number): Promise<string | undefined> {
  // A reader, as not every browser lets a stream be iterated.
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let text = ''
  let size = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return text + decoder.decode()
    size += value.length
    if (size > bytesMax) {
      await reader.cancel()
      return undefined
    }
    text += decoder.decode(value, { stream: true })
  }
}

/** Ends a body that nobody needs: whoever sends it may stop. */
export async function leaveUnread(body: ReadableStream<Uint8Array> | null): Promise<void> {
  // One that broke meanwhile says so here; its status was all that mattered.
  await body?.cancel().catch(() => undefined)
}
