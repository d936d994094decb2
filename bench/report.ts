import { STREAM_EVENTS } from './mock-replies.ts'
import { CASES, RATE_PER_SECOND } from './plan.ts'
import { median, type Results } from './results.ts'
import { judge } from './verdicts.ts'

const MIB = 2 ** 20

/** The whole report in Markdown: what was measured, on what, and how it compares with the figures to reach. */
export function renderReport(results: Results): string {
  return `${[
    `# Bench of ${results.machine.date.slice(0, 10)}`,
    machineLines(results),
    '## Figures to reach',
    verdictTable(results),
    '## CPU time per call',
    `Microseconds of the gateway's processes, by the operating system's accounts; the median of ${results.plan.rounds} interleaved rounds, in brackets calls per second. The gateway has one core, mock and load share the other.`,
    cpuTable(results),
    'Of which, for JSON at 32 connections, by thread:',
    threadTable(results),
    '## CPU time per streamed event',
    `The same stream cases, divided by the ${STREAM_EVENTS} events of an answer (one event per write at the mock).`,
    eventTable(results),
    `## Latency at ${RATE_PER_SECOND} calls a second`,
    `Open loop: calls arrive at their times whatever the gateway does. "Added" is over the same load sent straight to the mock, in the same round. Memory is the most seen meanwhile, of a freshly started process.`,
    latencyTable(results),
    '## Idle streams',
    idleTable(results),
    '## Start',
    startTable(results),
    '## Errors',
    errorLines(results),
  ].join('\n\n')}\n`
}

function machineLines({ machine, commit, plan, contenders, absent }: Results): string {
  return [
    `- ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGib} GiB, ${machine.kernel}, Node ${machine.node}`,
    `- ${machine.date}, commit ${commit}; ${plan.rounds} rounds of ${plan.measureMs} ms; load of the machine in the minute before: ${machine.loadBefore}`,
    ...contenders.map((contender) => `- **${contender.name}**: ${contender.about}`),
    ...absent.map((row) => `- **${row.name}** is not in this table: ${row.absent}`),
  ].join('\n')
}

function verdictTable(results: Results): string {
  const rows = judge(results).map((row) => [row.figure, row.target, row.measured, row.verdict])
  return table(['figure', 'target', 'measured', ''], rows)
}

function cpuTable(results: Results): string {
  const names = results.contenders.map((contender) => contender.name)
  const rows = CASES.filter((item) => item.id in results.cpu).map((item) => [
    item.title,
    ...names.map((name) => {
      const samples = results.cpu[item.id]?.[name] ?? []
      const rate = median(samples.map((sample) => sample.callsPerSecond))
      const cpu = median(samples.map((sample) => sample.cpuMicrosPerCall))
      return `${Number.isNaN(cpu) ? '-' : number(cpu)} (${number(rate)}/s)`
    }),
  ])
  return table(['case', ...names], rows)
}

function threadTable(results: Results): string {
  const rows = Object.entries(results.cpu['json-32'] ?? {}).flatMap(([name, samples]) => {
    const threads = [...new Set(samples.flatMap((sample) => Object.keys(sample.threads)))]
    const parts = threads
      .map((thread) => ({ thread, micros: median(samples.map((sample) => sample.threads[thread] ?? 0)) }))
      .filter((part) => part.micros >= 0.5)
      .sort((a, b) => b.micros - a.micros)
    return parts.length === 0 ? [] : [[name, parts.map((part) => `${part.thread} ${number(part.micros)}`).join(', ')]]
  })
  return table(['', 'microseconds per call'], rows)
}

function eventTable(results: Results): string {
  const names = results.contenders.map((contender) => contender.name).filter((name) => name !== 'direct')
  const measured = CASES.filter((item) => item.expected === 'stream' && item.id in results.cpu)
  const rows = measured.map((item) => [
    item.title,
    ...names.map((name) => {
      const samples = results.cpu[item.id]?.[name] ?? []
      return number(median(samples.map((sample) => sample.cpuMicrosPerCall / STREAM_EVENTS)))
    }),
  ])
  return table(['case', ...names], rows)
}

function latencyTable(results: Results): string {
  const direct = results.latency['direct'] ?? []
  const rows = Object.entries(results.latency).map(([name, samples]) => {
    const added = (of: 'p50Ms' | 'p99Ms') =>
      median(samples.map((sample, i) => sample[of] - (direct[i]?.[of] ?? Number.NaN)))
    return [
      name,
      number(median(samples.map((sample) => sample.p50Ms))),
      number(median(samples.map((sample) => sample.p99Ms))),
      name === 'direct' ? '' : number(added('p50Ms')),
      name === 'direct' ? '' : number(added('p99Ms')),
      name === 'direct' ? '' : number(Math.max(...samples.map((sample) => sample.residentBytes)) / MIB),
    ]
  })
  return table(['', 'p50 ms', 'p99 ms', 'added p50', 'added p99', 'resident MiB'], rows)
}

function idleTable(results: Results): string {
  const rows = Object.entries(results.idle).map(([name, sample]) => [
    name,
    String(sample.streams),
    number(sample.beforeBytes / MIB),
    number(sample.withStreamsBytes / MIB),
    number((sample.withStreamsBytes - sample.beforeBytes) / 1024 / sample.streams),
    sample.errors.join('; '),
  ])
  return table(['', 'open streams', 'before MiB', 'with them MiB', 'KiB a stream', 'errors'], rows)
}

function startTable(results: Results): string {
  const rows = Object.entries(results.starts).map(([name, times]) => [
    name,
    number(median(times)),
    number(Math.max(...times)),
    String(times.length),
  ])
  return table(['', 'ms to the first answer (median)', 'slowest', 'starts'], rows)
}

function errorLines(results: Results): string {
  const lines = Object.entries(results.cpu).flatMap(([id, byName]) =>
    Object.entries(byName).flatMap(([name, samples]) => {
      const errors = samples.reduce((sum, sample) => sum + sample.errors, 0)
      const examples = [...new Set(samples.flatMap((sample) => sample.errorSamples))].slice(0, 3)
      return errors === 0 ? [] : [`- ${name}, ${id}: ${errors} (${examples.join('; ')})`]
    }),
  )
  const latency = Object.entries(results.latency).flatMap(([name, samples]) => {
    const errors = samples.reduce((sum, sample) => sum + sample.errors, 0)
    return errors === 0 ? [] : [`- ${name}, latency: ${errors} (${samples[0]?.errorSamples.join('; ') ?? ''})`]
  })
  const all = [...lines, ...latency]
  return all.length === 0 ? 'None: every answer had its status, its text and its end.' : all.join('\n')
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map((_, i) => (i === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n')
}

/** Three significant digits are all that such a measurement has. */
export function number(value: number): string {
  if (!Number.isFinite(value)) return '-'
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-US')
  return String(Number(value.toPrecision(3)))
}
