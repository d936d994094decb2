import type { ChatEvent, Message } from '@keyway/contract'
import { answered, conversation, type MadeUpChat, own } from '../fixture/chat.ts'

const WRITTEN = [
  'A **token bucket** lets short bursts through and holds the average. It needs `two` numbers and [no timer](https://example.com).',
  '- the first of a list\n- the second, with *emphasis*\n- the third',
  '| limiter | bursts |\n| :-- | --: |\n| bucket | yes |\n| window | no |',
  '```ts\nexport const take = (bucket: Bucket): boolean => bucket.tokens >= 1\n```',
].join('\n\n')

/** What comes, again and again: all that answers are made of. */
const COMES = `

## How it works

A bucket holds *tokens* and is filled at a steady pace; each call takes one. Where none is left the call waits, or is refused
with \`429\` and the time after which it is **worth** trying again. What a burst may take is the bucket's size, and what
holds over an hour is its pace: \\(n = r \\cdot t + b\\).

1. Keep the count and the time of the last call.
2. Add what came in between, up to the size.
3. Take one, or say no.

| limiter | bursts | memory | fair |
| :-- | --: | --: | :-: |
| bucket | yes | 16 bytes | yes |
| window | no | 8 bytes | at its edges not |
| log | yes | grows | yes |

\`\`\`ts
export function take(bucket: Bucket, nowMs: number): boolean {
  const passed = nowMs - bucket.atMs
  bucket.tokens = Math.min(bucket.size, bucket.tokens + passed * bucket.perMs)
  bucket.atMs = nowMs
  if (bucket.tokens < 1) return false
  bucket.tokens -= 1
  return true
}
\`\`\`
`

/** Letters of one update: five words or so, at some 60 tokens a second. */
const LETTERS = 25

/** After so many updates all of it came once. */
export const ROUND = Math.ceil(COMES.length / LETTERS)

/** A chat of so many messages, with an answer that is being written at its end. */
export function longChat(count: number): MadeUpChat {
  const messages: Message[] = []
  for (let n = 1; n < count; n += 2) {
    messages.push(own(`m${n}`, n === 1 ? null : `m${n - 1}`, `Question ${n}: how does it work?`))
    const writing = n + 1 === count
    messages.push(
      answered(
        `m${n + 1}`,
        `m${n}`,
        [{ kind: 'text', text: WRITTEN }],
        writing ? { status: 'streaming', figures: null } : {},
      ),
    )
  }
  return {
    conversation: conversation({ active_leaf_id: `m${count}`, streaming: true, title: 'Two hundred' }),
    messages,
  }
}

/** What comes last. */
export const END = 'That is all.'

/** What the server tells of the answer that is being written, in order. */
export function updatesOf(messageId: string, count: number): ChatEvent[] {
  const text = COMES.repeat(Math.ceil((count * LETTERS) / COMES.length))
  return Array.from({ length: count }, (_, n) => ({
    type: 'delta',
    message_id: messageId,
    offset: n + 1,
    index: 0,
    text: n === count - 1 ? `\n\n${END}` : text.slice(n * LETTERS, (n + 1) * LETTERS),
  }))
}
