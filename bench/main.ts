// npm run bench [-- --quick] [--only nginx,pipe] [--idle 10000] [--no-write]
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { startChild } from './child.ts'
import type { Absent, Contender, Starter } from './contender.ts'
import { keywayPacked, keywaySource, packKeyway } from './contender-keyway.ts'
import { nginx } from './contender-nginx.ts'
import { direct, pipe } from './contender-plain.ts'
import { portkey } from './contender-portkey.ts'
import { LoadProcess } from './load-process.ts'
import { describeMachine } from './machine.ts'
import { measureCpu, measureIdle, measureLatency } from './measure.ts'
import { timeNpmStart } from './npm-start.ts'
import { CASES, FULL, type Plan, QUICK } from './plan.ts'
import { renderReport } from './report.ts'
import type { Results } from './results.ts'

const STARTERS: readonly Starter[] = [direct, nginx, pipe, keywayPacked, keywaySource, portkey]
const RESULTS = fileURLToPath(new URL('./results/', import.meta.url))

const { values: flags } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', default: STARTERS.map((starter) => starter.name).join(',') },
    cases: { type: 'string', default: CASES.map((item) => item.id).join(',') },
    idle: { type: 'string' },
    'no-write': { type: 'boolean', default: false },
  },
})
const base = flags.quick ? QUICK : FULL
const plan: Plan = { ...base, idleStreams: flags.idle === undefined ? base.idleStreams : Number(flags.idle) }
const say = (text: string) => process.stderr.write(`${text}\n`)

const mock = startChild([process.execPath, fileURLToPath(new URL('./mock.ts', import.meta.url))], { core: 'load' })
const load = new LoadProcess()
const running = new Set<Contender>()
try {
  const { port: mockPort } = JSON.parse(await mock.line()) as { port: number }
  await runAll(mockPort)
} finally {
  await Promise.all([...running].map((contender) => contender.stop()))
  await load.stop()
  await mock.stop()
}

async function runAll(mockPort: number): Promise<void> {
  const wanted = flags.only.split(',')
  const starters = STARTERS.filter((starter) => wanted.includes(starter.name))
  const cases = CASES.filter((item) => flags.cases.split(',').includes(item.id))
  const results: Results = {
    machine: describeMachine(),
    commit: spawnSync('git', ['describe', '--always', '--dirty'], { encoding: 'utf8' }).stdout.trim(),
    plan,
    contenders: [],
    absent: [],
    cpu: {},
    latency: {},
    idle: {},
    starts: {},
  }
  if (starters.includes(keywayPacked)) await packKeyway()
  const present: Starter[] = []
  const contenders: Contender[] = []
  for (const starter of starters) {
    const contender = await start(starter, mockPort)
    if ('absent' in contender) {
      results.absent.push(contender)
      say(`${contender.name}: ${contender.absent}`)
      continue
    }
    present.push(starter)
    contenders.push(contender)
    results.contenders.push({ name: contender.name, about: contender.about })
  }
  await measureAllCpu(results, contenders, cases)
  await Promise.all(contenders.map(stop))
  await measureFresh(results, present, mockPort)
  await measureStarts(results, present, mockPort)

  const report = renderReport(results)
  process.stdout.write(report)
  if (flags['no-write']) return
  mkdirSync(RESULTS, { recursive: true })
  const name = `${RESULTS}${results.machine.date.slice(0, 10)}${flags.quick ? '-quick' : ''}`
  writeFileSync(`${name}.md`, report)
  writeFileSync(`${name}.json`, `${JSON.stringify(results, null, 2)}\n`)
}

/** Every contender is measured in every round, so that what else the machine does falls on all of them. */
async function measureAllCpu(results: Results, contenders: readonly Contender[], cases: typeof CASES): Promise<void> {
  for (const contender of contenders) {
    for (const id of ['json-32', 'stream-32']) {
      const item = CASES.find((each) => each.id === id)
      if (item !== undefined)
        await measureCpu(load, contender, { case: item, warmupMs: 0, measureMs: plan.settleMs / 2 })
    }
  }
  for (let round = 1; round <= plan.rounds; round++) {
    for (const item of cases) {
      // The mock alone has no CPU of interest; its rate is shown once.
      for (const contender of contenders.filter((it) => it.pid !== undefined || round === 1)) {
        const sample = await measureCpu(load, contender, {
          case: item,
          warmupMs: plan.warmupMs,
          measureMs: plan.measureMs,
        })
        const byName = results.cpu[item.id] ?? {}
        results.cpu[item.id] = byName
        append(byName, contender.name, sample)
        say(
          `round ${round} ${item.id} ${contender.name}: ${sample.cpuMicrosPerCall.toFixed(1)} us, ${sample.callsPerSecond.toFixed(0)}/s` +
            (sample.errors > 0 ? `, ${sample.errors} ERRORS: ${sample.errorSamples[0]}` : ''),
        )
      }
    }
  }
}

/** Latency and memory belong to processes that have done nothing else. */
async function measureFresh(results: Results, starters: readonly Starter[], mockPort: number): Promise<void> {
  const contenders = (await Promise.all(starters.map((starter) => start(starter, mockPort)))).filter(
    (it) => 'port' in it,
  )
  for (let round = 1; round <= plan.latencyRounds; round++) {
    for (const contender of contenders) {
      const warmupMs = round === 1 ? plan.settleMs / 2 : plan.warmupMs
      const sample = await measureLatency(load, contender, { warmupMs, measureMs: plan.latencyMs })
      append(results.latency, contender.name, sample)
      say(`round ${round} latency ${contender.name}: p50 ${sample.p50Ms.toFixed(2)} p99 ${sample.p99Ms.toFixed(2)} ms`)
    }
  }
  for (const contender of contenders.filter((it) => it.pid !== undefined)) {
    results.idle[contender.name] = await measureIdle(load, contender, plan.idleStreams)
  }
  await Promise.all(contenders.map(stop))
}

async function measureStarts(results: Results, starters: readonly Starter[], mockPort: number): Promise<void> {
  for (let i = 0; i < plan.starts; i++) {
    for (const starter of starters.filter((it) => it !== direct)) {
      const contender = await start(starter, mockPort)
      if ('absent' in contender) continue
      append(results.starts, starter.name, contender.startMs)
      await stop(contender)
    }
    if (starters.includes(keywaySource)) append(results.starts, 'npm start', await timeNpmStart())
  }
}

async function start(starter: Starter, mockPort: number): Promise<Contender | Absent> {
  const contender = await starter.start(mockPort)
  if ('port' in contender) running.add(contender)
  return contender
}

async function stop(contender: Contender): Promise<void> {
  running.delete(contender)
  await contender.stop()
}

function append<Item>(lists: Record<string, Item[]>, name: string, item: Item): void {
  lists[name] = [...(lists[name] ?? []), item]
}
