import type { ChatEvent } from '@keyway/contract'

/** What happens within this time is shown at once. Milliseconds; 30 pictures a second. */
const GATHER_MS = 33
/** After a refusal the line is tried again, first soon, then less often. Milliseconds. */
const AGAIN_MS = 1_000
const AGAIN_MAX_MS = 20_000
/** A computer that slept this long may have lost the line without noticing. Milliseconds. */
const SLEPT_MS = 20_000
/** How often the clock is looked at: it jumps where the computer slept with the page in view. Milliseconds. */
const LOOK_MS = 5_000

type Listener = {
  /** What happened since the last time, in order. Where the line was opened anew, it begins with `hello`. */
  onEvents: (events: ChatEvent[]) => void
  onLine: (open: boolean) => void
}

export type EventLine = {
  /** Begins again: every answer that is being written comes whole. */
  reopen: () => void
  close: () => void
}

/** Watches a conversation over one line, which is opened again whenever it breaks. */
export function watchConversation(id: string, { onEvents, onLine }: Listener): EventLine {
  const address = `/api/app/conversations/${encodeURIComponent(id)}/events`
  let source: EventSource | undefined
  let gathered: ChatEvent[] = []
  let flushing: ReturnType<typeof setTimeout> | undefined
  let again: ReturnType<typeof setTimeout> | undefined
  let wait = AGAIN_MS
  let hiddenAt = 0

  const flush = () => {
    flushing = undefined
    const events = gathered
    gathered = []
    onEvents(events)
  }
  const open = () => {
    clearTimeout(again)
    source?.close()
    source = new EventSource(address)
    source.onopen = () => {
      wait = AGAIN_MS
      onLine(true)
    }
    source.onmessage = ({ data }) => {
      // The server's own words: the contract has their shape.
      gathered.push(JSON.parse(data) as ChatEvent)
      flushing ??= setTimeout(flush, GATHER_MS)
    }
    source.onerror = () => {
      onLine(false)
      // A line that broke is opened again by the browser; one that was refused is not.
      if (source?.readyState !== EventSource.CLOSED) return
      again = setTimeout(open, wait)
      wait = Math.min(wait * 2, AGAIN_MAX_MS)
    }
  }
  let looked = Date.now()
  const onVisible = () => {
    looked = Date.now()
    if (document.visibilityState === 'hidden') hiddenAt = Date.now()
    else if (source?.readyState !== EventSource.OPEN || Date.now() - hiddenAt > SLEPT_MS) open()
  }
  // A page in view is told nothing when the lid is opened, and a line that died meanwhile stays silent.
  const looking = setInterval(() => {
    const slept = Date.now() - looked > SLEPT_MS
    looked = Date.now()
    // Browsers call a page that is out of view less often: it looks when it comes back.
    if (slept && document.visibilityState !== 'hidden') open()
  }, LOOK_MS)
  open()
  document.addEventListener('visibilitychange', onVisible)
  window.addEventListener('online', open)
  const close = () => {
    document.removeEventListener('visibilitychange', onVisible)
    window.removeEventListener('online', open)
    clearInterval(looking)
    clearTimeout(flushing)
    clearTimeout(again)
    source?.close()
  }
  return { reopen: open, close }
}
