import type { Browser, Page } from 'playwright-core'

/** What one update cost the page's own thread. Milliseconds; `cpu` without the time in which others had the processor. */
export type Cost = { wall: number; cpu: number }

export type Recorded = {
  /** Script, style and layout from each update to the next. */
  updates: Cost[]
  /** Every task of the page's thread, from the first update on. */
  tasks: Cost[]
}

/** An event of a trace, as Chromium writes it: microseconds, and of the thread's own time where it measured that. */
type TraceEvent = {
  name: string
  ph: string
  pid: number
  tid: number
  ts: number
  dur?: number
  tdur?: number
}

const CATEGORIES = ['devtools.timeline', 'disabled-by-default-devtools.timeline', 'blink.user_timing']

/** Script, style and layout, by the names that a trace has for them. */
const WORK = new Set([
  'EvaluateScript',
  'EventDispatch',
  'FireAnimationFrame',
  'FireIdleCallback',
  'FunctionCall',
  'Layout',
  'MajorGC',
  'MinorGC',
  'RunMicrotasks',
  'TimerFire',
  'UpdateLayoutTree',
  'v8.compile',
])

/** The name of the mark that a page sets where an update begins. */
export const UPDATE_MARK = 'update'

/**
 * Records a trace while something happens in a page, which sets a mark for each update.
 * @param skip so many updates at the beginning are not counted
 */
export async function recordTrace(
  { browser, page, skip }: { browser: Browser; page: Page; skip: number },
  act: () => Promise<void>,
): Promise<Recorded> {
  await browser.startTracing(page, { categories: CATEGORIES })
  await act()
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString('utf8')) as { traceEvents: TraceEvent[] }
  return read(traceEvents, skip)
}

function read(trace: readonly TraceEvent[], skip: number): Recorded {
  const marks = trace
    .filter(({ name }) => name === UPDATE_MARK)
    .sort((one, other) => one.ts - other.ts)
    .slice(skip)
  const first = marks[0]
  if (first === undefined) throw new Error(`the page set no mark '${UPDATE_MARK}' in ${trace.length} events`)
  const spans = trace
    .filter(({ ph, pid, tid, ts }) => ph === 'X' && pid === first.pid && tid === first.tid && ts >= first.ts)
    .sort((one, other) => one.ts - other.ts || (other.dur ?? 0) - (one.dur ?? 0))
  const updates = marks.map((): Cost => ({ wall: 0, cpu: 0 }))
  let at = 0
  let countedTo = 0
  for (const { name, ts, dur = 0, tdur = dur } of spans) {
    // What is called within something that is counted is counted with it.
    if (!WORK.has(name) || ts < countedTo) continue
    countedTo = ts + dur
    while ((marks[at + 1]?.ts ?? Number.POSITIVE_INFINITY) <= ts) at++
    const update = updates[at]
    if (update === undefined) continue
    update.wall += dur / 1_000
    update.cpu += tdur / 1_000
  }
  const tasks = spans
    .filter(({ name }) => name === 'RunTask')
    .map(({ dur = 0, tdur = dur }) => ({ wall: dur / 1_000, cpu: tdur / 1_000 }))
  return { updates, tasks }
}
