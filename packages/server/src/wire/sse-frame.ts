import type { SseEvent } from '../base/sse.ts'

/**
 * One event as it goes out. `event:` and `id:` only where the provider sent them; data over several lines stays so.
 * @param data one character for each byte
 */
export function frame(event: SseEvent, data: string): string {
  const body = event.lines === 1 ? data : data.replaceAll('\n', '\ndata: ')
  if (event.name === '' && event.id === undefined) return `data: ${body}\n\n`
  const name = event.name === '' ? '' : `event: ${Buffer.from(event.name).toString('latin1')}\n`
  const id = event.id === undefined ? '' : `id: ${Buffer.from(event.id).toString('latin1')}\n`
  return `${name}${id}data: ${body}\n\n`
}
