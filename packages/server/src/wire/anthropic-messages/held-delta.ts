import type { SseEvent } from '../../base/sse.ts'
import { frame } from '../sse-frame.ts'
import type { EventEditor } from './event.ts'
import { unpricedUsage } from './write-usage.ts'

/** A `message_delta` that may be the last: what stands before and behind its usage, and the events that followed it. */
export type HeldDelta = {
  head: string
  usage: string | undefined
  /** What comes before a usage that it does not have. */
  lead: string
  tail: string
  after: string
}

/** Takes an event apart at its usage. @param data one character for each byte */
export function holdDelta(
  event: SseEvent,
  data: string,
  { usage, usagePlace }: Pick<EventEditor, 'usage' | 'usagePlace'>,
): HeldDelta {
  const shell = frame({ ...event, lines: 1 }, '')
  return {
    head: shell.slice(0, -2) + onLines(data.slice(0, usagePlace.start - event.start)),
    usage,
    lead: usagePlace.lead,
    tail: `${onLines(data.slice(usagePlace.end - event.start))}\n\n`,
    after: '',
  }
}

/** As it came, without the provider's charge. Where a usage stood that is none, there is null. */
export function asItCame({ head, usage, lead, tail, after }: HeldDelta): string {
  const nothing = lead === '' ? 'null' : ''
  return `${head}${usage === undefined ? nothing : onLines(unpricedUsage(usage))}${tail}${after}`
}

/** With the final usage. */
export function withUsage({ head, lead, tail, after }: HeldDelta, usage: string): string {
  return `${head}${lead}${onLines(usage)}${tail}${after}`
}

/** A line end inside JSON stands between tokens, and begins another line of the event's data. */
function onLines(json: string): string {
  return json.includes('\n') ? json.replaceAll('\n', '\ndata: ') : json
}
