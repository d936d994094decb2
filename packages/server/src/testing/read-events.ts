/** One frame of an event stream: a comment, or the data of an event. */
export type Frame = { comment: string } | { data: string }

/** Reads a response as server-sent events, as plainly as can be, so that it judges the server's own reader too. */
export async function* readFrames(response: Response): AsyncGenerator<Frame> {
  if (response.body === null) throw new Error('the response has no body')
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of response.body) {
    text += decoder.decode(chunk, { stream: true })
    for (let end = text.indexOf('\n\n'); end !== -1; end = text.indexOf('\n\n')) {
      const frame = text.slice(0, end)
      text = text.slice(end + 2)
      if (frame.startsWith(':')) yield { comment: frame.slice(1).trim() }
      else if (frame.startsWith('data: ')) yield { data: frame.slice('data: '.length) }
      else throw new Error(`not an event of a chat stream: ${JSON.stringify(frame)}`)
    }
  }
  if (text !== '') throw new Error(`the stream ended inside an event: ${JSON.stringify(text)}`)
}

/** A chunk of a chat stream, as far as tests look at it. */
export type Chunk = {
  id: string
  object: string
  model: string
  provider: string
  created: number
  choices: {
    index: number
    delta: { role?: string; content?: string | null; reasoning?: string }
    finish_reason: string | null
    native_finish_reason: string | null
  }[]
  usage?: { prompt_tokens: number; completion_tokens: number; total_tokens: number; cost: number; is_byok: boolean }
  error?: { code: number; message: string; metadata: Record<string, unknown> }
}

/** A whole stream, taken apart. */
export type ReadStream = { chunks: Chunk[]; comments: string[]; done: boolean; text: string }

export async function readStream(response: Response): Promise<ReadStream> {
  const result: ReadStream = { chunks: [], comments: [], done: false, text: '' }
  for await (const frame of readFrames(response)) {
    if (result.done) throw new Error('something came after [DONE]')
    if ('comment' in frame) result.comments.push(frame.comment)
    else if (frame.data === '[DONE]') result.done = true
    else {
      const chunk: Chunk = JSON.parse(frame.data)
      result.chunks.push(chunk)
      result.text += chunk.choices[0]?.delta.content ?? ''
    }
  }
  return result
}
