import { ChatResult$inboundSchema } from '@openrouter/sdk/models/chatresult'
import { ChatStreamChunk$inboundSchema } from '@openrouter/sdk/models/chatstreamchunk'
import { expect, it } from 'vitest'
import { contextFor, dataOf, readExchanges } from '../testing/exchanges.ts'
import { openaiChat } from './index.ts'

// What the official SDK refuses is lost for whoever uses it. Its own schemas read what comes out of every recorded exchange.

const exchanges = readExchanges('openai-chat')
/** What the SDK cannot take of a provider, by the place in the chunk, since no edit of ours would keep its meaning. */
const REFUSED: Readonly<Record<string, string>> = {
  // Azure begins with a chunk about the prompt alone, whose `object` is "".
  'azure-prompt-filter': 'object',
  // Mistral's thinking is an array of parts where others send text.
  'mistral-usage-in-last-content': 'choices.0.delta.content',
}

it.each(exchanges.filter(({ streamed, expected }) => streamed && expected.started))(
  '8.2, 8.3, 8.4, 8.5, 8.6, 8.7: every chunk of $name is one for the official SDK',
  ({ name, reply, expected }) => {
    const editor = openaiChat.stream(contextFor(expected.dialect))
    const bytes = [editor.push(reply).bytes, editor.end().step.bytes]
    const chunks = dataOf(Buffer.concat(bytes)).filter((data) => data !== '[DONE]')
    expect(chunks.length).toBeGreaterThan(0)
    const refused = chunks.flatMap((chunk) => {
      const read = ChatStreamChunk$inboundSchema.safeParse(JSON.parse(chunk))
      return read.success ? [] : read.error.issues.map(({ path }) => path.join('.'))
    })
    expect(refused).toEqual(REFUSED[name] === undefined ? [] : [REFUSED[name]])
  },
)

it.each(exchanges.filter(({ streamed, expected }) => !streamed && expected.error === null))(
  '8.1, 8.6, 8.7, 8.15: the whole answer of $name is one for the official SDK',
  ({ reply, expected }) => {
    const { bytes } = openaiChat.reply(reply, contextFor(expected.dialect))
    const answer = ChatResult$inboundSchema.parse(JSON.parse(Buffer.from(bytes).toString()))
    expect(answer.choices[0]?.message.role).toBe('assistant')
  },
)
