import type { CancelSignal } from '../base/cancellation.ts'
import type { Clock } from '../base/clock.ts'
import { KeywayError } from '../base/errors.ts'
import type { Attempt } from './attempt.ts'
import { classifyReply, classifyThrown, parseRetryAfter, type Verdict } from './classify.ts'
import { Failures } from './failures.ts'
import type { Health, HealthReport, HealthTarget } from './health.ts'
import type { RetryBudget } from './retry-budget.ts'
import type { Opened, Send, Sent, Tried } from './sent.ts'
import { wait } from './wait.ts'

export type OpenOptions = {
  /** The client's. Aborting it ends everything at once. */
  signal: CancelSignal
  /** All attempts together, repetitions included. */
  attemptsMax: number
  /** From the first attempt to the first event, waiting included. */
  totalMs: number
  clock: Clock
  random: () => number
  health: Health
  budget: RetryBudget
}

// The first wait before a repetition is up to this, then twice that, never more than the last.
const BACKOFF_MS = 250
const BACKOFF_MS_MAX = 4_000
// Longer than this the caller's own client waits better than we do, who hold its call and its money meanwhile.
const RETRY_WAIT_MS_MAX = 10_000
// Asking the same endpoint with the same credential a third time has never been the cure.
const SENDS_PER_ATTEMPT_MAX = 2

function targetOf({ provider, credential, model }: Attempt): HealthTarget {
  return { provider: provider.id, credentialId: credential?.id, model: model.id }
}

/** The state of one opening: what was tried, and what is worth trying still. */
export class Opening<T> {
  readonly tried: Tried[] = []
  readonly #attempts: readonly Attempt[]
  readonly #send: Send<T>
  readonly #options: OpenOptions
  readonly #signal: CancelSignal
  readonly #deadline: number
  readonly #sends: number[]
  readonly #uselessCredentials = new Set<string>()
  readonly #uselessModels = new Set<string>()
  readonly #failedProviders = new Set<string>()
  readonly #failures = new Failures()

  constructor(
    attempts: readonly Attempt[],
    send: Send<T>,
    { signal, options }: { signal: CancelSignal; options: OpenOptions },
  ) {
    this.#attempts = attempts
    this.#send = send
    this.#options = options
    this.#signal = signal
    this.#deadline = options.clock.monotonic() + options.totalMs
    this.#sends = attempts.map(() => 0)
  }

  async run(): Promise<Opened<T>> {
    let index = this.#nextIndex(0)
    let waitMs = 0
    while (index !== undefined && this.tried.length < this.#options.attemptsMax) {
      const attempt = this.#attempts[index]
      if (attempt === undefined) break
      const permission = this.#options.health.admit(targetOf(attempt))
      if (!permission.admitted) {
        this.#failures.addClosed(attempt, permission.retryAfterMs)
        index = this.#nextIndex(index + 1)
        waitMs = 0
        continue
      }
      const repetition = (this.#sends[index] ?? 0) > 0 || this.#failedProviders.has(attempt.provider.id)
      const release = repetition ? this.#options.budget.take() : undefined
      if (repetition && release === undefined) {
        this.#report(attempt, { outcome: 'neutral' })
        index = this.#nextIndexElsewhere(index)
        waitMs = 0
        continue
      }
      let verdict: Verdict
      try {
        if (waitMs > 0) await wait(waitMs, this.#signal)
        this.#sends[index] = (this.#sends[index] ?? 0) + 1
        const outcome = await this.#try(attempt)
        if ('value' in outcome) return { ok: true, attempt, value: outcome.value, tried: this.tried }
        verdict = outcome
      } catch (error) {
        this.#report(attempt, { outcome: 'neutral' })
        throw error
      } finally {
        release?.()
      }
      this.#learn(attempt, verdict)
      const next = this.#choose(index, verdict)
      index = next?.index
      waitMs = next?.waitMs ?? 0
    }
    return { ok: false, cancelled: false, error: this.#failures.error(), tried: this.tried }
  }

  /** Makes the attempt and writes it down, whatever it comes to. */
  async #try(attempt: Attempt): Promise<{ value: T } | Verdict> {
    const { clock } = this.#options
    const { name } = attempt.provider
    const startedAt = clock.monotonic()
    const note = (outcome: Tried['outcome'], status: number | null, error: string | null) => {
      const { endpoint, provider, credential } = attempt
      const latencyMs = Math.round(clock.monotonic() - startedAt)
      const reach = credential?.reach ?? 'shared'
      this.tried.push({
        endpoint: endpoint.id,
        provider: provider.id,
        credentialId: credential?.id ?? null,
        reach,
        status,
        outcome,
        error,
        latencyMs,
      })
    }
    let sent: Sent<T>
    try {
      sent = await this.#send(attempt, this.#signal)
    } catch (error) {
      if (this.#signal.aborted) {
        const byCaller = this.#options.signal.aborted
        note(
          byCaller ? 'cancelled' : 'failed',
          null,
          byCaller ? 'The call was ended before an answer came.' : 'No answer began in time.',
        )
        throw error
      }
      if (!(error instanceof KeywayError)) {
        note('failed', null, 'Keyway failed.')
        throw error
      }
      note('failed', null, error.message)
      return classifyThrown(error, name)
    }
    if (sent.kind === 'begun') {
      note('served', 200, null)
      this.#report(attempt, { outcome: 'success', latencyMs: clock.monotonic() - startedAt })
      return { value: sent.value }
    }
    const verdict = classifyReply(sent.error, parseRetryAfter(sent.retryAfter, clock.now()), name)
    note('failed', sent.error.status, verdict.error.message)
    return verdict
  }

  #report(attempt: Attempt, report: HealthReport): void {
    this.#options.health.report(targetOf(attempt), report)
  }

  #learn(attempt: Attempt, verdict: Verdict): void {
    const { action, health, retryAfterMs } = verdict
    this.#report(attempt, health === 'limited' ? { outcome: health, retryAfterMs } : { outcome: health })
    if (action === 'next-credential' && attempt.credential !== undefined)
      this.#uselessCredentials.add(attempt.credential.id)
    if (action === 'next-model') this.#uselessModels.add(attempt.model.id)
    if (health === 'failure') this.#failedProviders.add(attempt.provider.id)
    this.#failures.add(attempt, verdict, this.tried.at(-1)?.status ?? undefined)
  }

  /** Where to go from a failed attempt, and how long to wait before; undefined: nowhere. */
  #choose(index: number, verdict: Verdict): { index: number; waitMs: number } | undefined {
    if (verdict.action === 'stop') return undefined
    const mayRepeat = verdict.repeatable && (this.#sends[index] ?? 0) < SENDS_PER_ATTEMPT_MAX
    if (verdict.action === 'retry-same' && mayRepeat) return { index, waitMs: 0 }
    const next = this.#nextIndex(index + 1)
    if (next !== undefined)
      return { index: next, waitMs: this.#failedProviders.has(this.#providerAt(next)) ? this.#backoff() : 0 }
    if (!mayRepeat) return undefined
    const waitMs = Math.max(verdict.retryAfterMs ?? 0, this.#backoff())
    // Too long a wait is no wait, but a refusal with the time in it.
    const fits = waitMs <= RETRY_WAIT_MS_MAX && this.#options.clock.monotonic() + waitMs < this.#deadline
    return fits ? { index, waitMs } : undefined
  }

  /** Full jitter: anything between nothing and a bound that doubles. */
  #backoff(): number {
    return this.#options.random() * Math.min(BACKOFF_MS_MAX, BACKOFF_MS * 2 ** (this.tried.length - 1))
  }

  #providerAt(index: number): string {
    return this.#attempts[index]?.provider.id ?? ''
  }

  #nextIndex(from: number): number | undefined {
    const index = this.#attempts.findIndex(
      ({ model, credential }, at) =>
        at >= from &&
        !this.#uselessModels.has(model.id) &&
        (credential === undefined || !this.#uselessCredentials.has(credential.id)),
    )
    return index === -1 ? undefined : index
  }

  /** The next attempt at a provider that has not failed yet: that needs no permission. */
  #nextIndexElsewhere(from: number): number | undefined {
    let index = this.#nextIndex(from + 1)
    while (index !== undefined && this.#failedProviders.has(this.#providerAt(index))) index = this.#nextIndex(index + 1)
    return index
  }
}
