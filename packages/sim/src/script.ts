import type { ProviderName } from './dialect.ts'
import type { Fault } from './fault.ts'

/** An exact reply, byte for byte. Give `body` (with its length) or `sse` (chunked), not both. */
export type RawReply = {
  /** 200 when not said. */
  status?: number
  /** Added to (and before) the content type that `body` or `sse` implies. */
  headers?: Record<string, string>
  body?: string | Uint8Array
  sse?: string | Uint8Array
  /** Offsets at which the bytes are cut into writes of their own. */
  cuts?: readonly number[]
}

/** What a provider does with its next call instead of answering it. */
export type Act = { kind: 'fault'; fault: Fault } | { kind: 'reply'; reply: RawReply }

/** What was scripted for each provider, or page of a site: first in, first out. Of a provider's, only chat completions use it up. */
export type Script<Name extends string = ProviderName> = {
  add(provider: Name, act: Act, times: number): void
  /** The next act, taken off; undefined when the provider shall answer as usual. */
  take(provider: Name): Act | undefined
  /** How many acts are still to come for a provider. */
  pending(provider: Name): number
  clear(): void
}

/** Makes an empty script. */
export function createScript<Name extends string = ProviderName>(): Script<Name> {
  const queues = new Map<Name, { act: Act; left: number }[]>()
  return {
    add(provider, act, times) {
      const queue = queues.get(provider) ?? []
      queue.push({ act, left: times })
      queues.set(provider, queue)
    },
    take(provider) {
      const queue = queues.get(provider)
      const first = queue?.[0]
      if (queue === undefined || first === undefined) return undefined
      first.left -= 1
      if (first.left <= 0) queue.shift()
      return first.act
    },
    pending: (provider) => (queues.get(provider) ?? []).reduce((sum, entry) => sum + entry.left, 0),
    clear: () => queues.clear(),
  }
}
