import type { Clock } from '../base/clock.ts'
import { RecentMap } from '../base/recent-map.ts'

/** What is watched: one model at one provider with one credential. */
export type HealthTarget = { provider: string; credentialId: string | undefined; model: string }

/**
 * What an attempt said about its target. 'failure': it is broken. 'credential': the credential was refused. 'limited': it
 * must wait. 'neutral': nothing (the request was at fault, or the client left).
 */
export type HealthReport =
  | { outcome: 'success'; latencyMs: number }
  | { outcome: 'failure' | 'credential' | 'neutral' }
  | { outcome: 'limited'; retryAfterMs: number | undefined }

/** What planning may know of it. */
export type HealthView = {
  /** Has it lately failed so often that it should come last? */
  isFailing(target: HealthTarget): boolean
  /** Was the credential refused or limited a moment ago? */
  isTripped(credentialId: string): boolean
  /** A moving average of the time to the first event, in milliseconds; undefined before the first success. */
  latencyMs(target: HealthTarget): number | undefined
}

export type Health = HealthView & {
  /** Asks before an attempt; each permission must be answered by one report. `retryAfterMs` is how long until the next try. */
  admit(target: HealthTarget): { admitted: true } | { admitted: false; retryAfterMs: number }
  report(target: HealthTarget, report: HealthReport): void
  /** The credential was changed: what it did before counts no more. */
  forgetCredential(credentialId: string): void
}

// A breaker as Envoy's and Hystrix's defaults have it, with fewer calls, since a gateway for one team sees few.
const WINDOW_MS = 30_000
const BUCKETS = 6
const BUCKET_MS = WINDOW_MS / BUCKETS
const CALLS_MIN = 20
const FAILURE_SHARE = 0.5
const OPEN_MS = 5_000
// Spread by a quarter each way, so that many processes do not come back together.
const JITTER = 0.25
const PROBES_MAX = 3
// Long enough to leave a refused credential alone in a burst, short enough that topping it up is noticed.
const TRIP_MS = 30_000
// Every credential of a large team with every model it uses; 200 bytes each.
const TARGETS_MAX = 10_000
const LATENCY_WEIGHT = 0.2

type Circuit = {
  calls: number[]
  failures: number[]
  /** The bucket that is being filled: the time divided by its length. */
  bucket: number
  /** Open until then; 0 when closed. */
  openUntil: number
  probes: number
  latencyMs: number | undefined
}

function newCircuit(bucket: number): Circuit {
  const zeros = () => new Array<number>(BUCKETS).fill(0)
  return { calls: zeros(), failures: zeros(), bucket, openUntil: 0, probes: 0, latencyMs: undefined }
}

/** Empties the buckets that time has passed over. */
function turn(circuit: Circuit, bucket: number): void {
  for (let passed = Math.min(bucket - circuit.bucket, BUCKETS); passed > 0; passed--) {
    const index = (bucket - passed + 1) % BUCKETS
    circuit.calls[index] = 0
    circuit.failures[index] = 0
  }
  circuit.bucket = Math.max(bucket, circuit.bucket)
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)

/**
 * Watches how attempts go: a circuit breaker for each provider, credential and model, and a pause for refused credentials.
 * Open circuits admit nothing for about 5 s, then up to 3 probes at a time, until one of them succeeds.
 */
export function createHealth({ clock, random }: { clock: Clock; random: () => number }): Health {
  const circuits = new RecentMap<string, Circuit>(TARGETS_MAX)
  const tripped = new RecentMap<string, number>(TARGETS_MAX)
  const keyOf = ({ provider, credentialId, model }: HealthTarget) => `${provider}\n${credentialId ?? ''}\n${model}`

  function trip(credentialId: string | undefined, ms: number): void {
    if (credentialId !== undefined) tripped.set(credentialId, clock.monotonic() + ms)
  }

  function open(circuit: Circuit): void {
    circuit.openUntil = clock.monotonic() + OPEN_MS * (1 + JITTER * (2 * random() - 1))
    circuit.probes = 0
  }

  function count(target: HealthTarget, result: 'success' | 'failure'): void {
    const bucket = Math.floor(clock.monotonic() / BUCKET_MS)
    let circuit = circuits.get(keyOf(target))
    if (circuit === undefined) {
      circuit = newCircuit(bucket)
      circuits.set(keyOf(target), circuit)
    }
    turn(circuit, bucket)
    const index = bucket % BUCKETS
    circuit.calls[index] = (circuit.calls[index] ?? 0) + 1
    if (circuit.openUntil > 0) {
      // A probe's answer, or that of a call from before the opening.
      if (result === 'failure') {
        if (clock.monotonic() >= circuit.openUntil) open(circuit)
      } else {
        const { latencyMs } = circuit
        circuits.set(keyOf(target), { ...newCircuit(bucket), latencyMs })
      }
      return
    }
    if (result === 'success') return
    circuit.failures[index] = (circuit.failures[index] ?? 0) + 1
    const calls = sum(circuit.calls)
    if (calls >= CALLS_MIN && sum(circuit.failures) >= calls * FAILURE_SHARE) open(circuit)
  }

  return {
    // A circuit that may be probed again counts as sound: behind a working one it would never be asked.
    isFailing: (target) => (circuits.get(keyOf(target))?.openUntil ?? 0) > clock.monotonic(),
    isTripped: (credentialId) => (tripped.get(credentialId) ?? 0) > clock.monotonic(),
    latencyMs: (target) => circuits.get(keyOf(target))?.latencyMs,
    admit: (target) => {
      const circuit = circuits.get(keyOf(target))
      if (circuit === undefined || circuit.openUntil === 0) return { admitted: true }
      const wait = circuit.openUntil - clock.monotonic()
      if (wait > 0) return { admitted: false, retryAfterMs: wait }
      if (circuit.probes >= PROBES_MAX) return { admitted: false, retryAfterMs: 1_000 }
      circuit.probes++
      return { admitted: true }
    },
    report: (target, report) => {
      const circuit = circuits.get(keyOf(target))
      if (circuit !== undefined && circuit.probes > 0) circuit.probes--
      if (report.outcome === 'credential') trip(target.credentialId, TRIP_MS)
      if (report.outcome === 'limited') trip(target.credentialId, Math.min(report.retryAfterMs ?? 1_000, TRIP_MS))
      if (report.outcome === 'failure') count(target, 'failure')
      if (report.outcome === 'success') {
        count(target, 'success')
        const counted = circuits.get(keyOf(target))
        if (counted === undefined) return
        const before = counted.latencyMs ?? report.latencyMs
        counted.latencyMs = before + LATENCY_WEIGHT * (report.latencyMs - before)
      }
    },
    forgetCredential: (credentialId) => {
      tripped.delete(credentialId)
      circuits.deleteWhere((_circuit, key) => key.split('\n')[1] === credentialId)
    },
  }
}
