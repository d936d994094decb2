import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import { toUsdNumber } from '../base/money.ts'
import type { CallRecord } from './call.ts'

/** Series beyond this are counted under "other": model names come from requests, and a scrape must stay small. */
const SERIES_MAX = 2_000

/** Seconds. Answers take from a tenth of a second to many minutes. */
const LATENCY_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 180, 600]

/** The figures of the log line, counted. Labels are the model, the provider and the status; never a key or a user. */
export type Metrics = { observe(record: CallRecord): void; text(): Promise<string>; contentType: string }

type Series = {
  calls: Counter.Internal
  promptTokens: Counter.Internal
  completionTokens: Counter.Internal
  cost: Counter.Internal
  retries: Counter.Internal
  latency: Histogram.Internal<string>
  firstEvent: Histogram.Internal<string>
}

/** @param liveCalls how many calls are in progress, asked at each scrape */
export function createMetrics(liveCalls: () => number): Metrics {
  const registry = new Registry()
  const registers = [registry]
  const labelNames = ['model', 'provider', 'status']
  const counter = (name: string, help: string) => new Counter({ name, help, labelNames, registers })
  const histogram = (name: string, help: string) =>
    new Histogram({ name, help, labelNames, registers, buckets: LATENCY_BUCKETS })
  const calls = counter('keyway_calls_total', 'Finished calls.')
  const promptTokens = counter('keyway_prompt_tokens_total', 'Prompt tokens, as charged.')
  const completionTokens = counter('keyway_completion_tokens_total', 'Completion tokens, as charged.')
  const cost = counter('keyway_cost_usd_total', 'Charges in US dollars. The ledger has them exactly; this is a float.')
  const retries = counter('keyway_retries_total', 'Attempts upstream beyond the first.')
  const latency = histogram('keyway_call_seconds', 'From arrival to the last byte.')
  const firstEvent = histogram('keyway_first_event_seconds', 'From arrival to the first event of the answer.')
  new Gauge({
    name: 'keyway_calls_in_progress',
    help: 'Calls in progress.',
    registers,
    collect() {
      this.set(liveCalls())
    },
  })
  new Gauge({
    name: 'process_resident_memory_bytes',
    help: 'Resident memory.',
    registers,
    collect() {
      this.set(process.memoryUsage.rss())
    },
  })

  const known = new Map<string, Series>()
  const seriesOf = (record: CallRecord): Series => {
    const name = `${record.model}\n${record.provider}\n${record.status}`
    const found = known.get(name)
    if (found) return found
    const full = known.size >= SERIES_MAX
    const labels = {
      model: full ? 'other' : record.model,
      provider: full ? 'other' : record.provider,
      status: String(record.status),
    }
    const series: Series = {
      calls: calls.labels(labels),
      promptTokens: promptTokens.labels(labels),
      completionTokens: completionTokens.labels(labels),
      cost: cost.labels(labels),
      retries: retries.labels(labels),
      latency: latency.labels(labels),
      firstEvent: firstEvent.labels(labels),
    }
    if (!full) known.set(name, series)
    return series
  }

  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    observe(record) {
      const series = seriesOf(record)
      series.calls.inc()
      series.latency.observe(record.latencyMs / 1000)
      if (record.firstEventMs !== null) series.firstEvent.observe(record.firstEventMs / 1000)
      if (record.retries > 0) series.retries.inc(record.retries)
      if (record.tokensPrompt > 0) series.promptTokens.inc(record.tokensPrompt)
      if (record.tokensCompletion > 0) series.completionTokens.inc(record.tokensCompletion)
      if (record.amount > 0n) series.cost.inc(toUsdNumber(record.amount))
    },
  }
}
