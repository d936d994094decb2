import { KeywayError } from '../base/errors.ts'
import type { Attempt } from './attempt.ts'
import type { Verdict } from './classify.ts'

/** What went wrong in one opening, and what of it the caller is told. */
export class Failures {
  readonly #verdicts: { verdict: Verdict; told: { provider: string; code: string; status: number } }[] = []
  #closed: KeywayError | undefined
  #retryAfterMs: number | undefined

  /** An attempt failed. @param status the provider's, where it gave one */
  add(attempt: Attempt, verdict: Verdict, status: number | undefined): void {
    const { error, retryAfterMs } = verdict
    if (retryAfterMs !== undefined) this.#waitAtMost(retryAfterMs)
    this.#verdicts.push({
      verdict,
      told: { provider: attempt.provider.name, code: error.code, status: status ?? error.status },
    })
  }

  /** An attempt was not made, since its circuit is open. */
  addClosed({ provider: { name } }: Attempt, retryAfterMs: number): void {
    this.#waitAtMost(retryAfterMs)
    const message = `${name} has failed too often in the last half minute and is left alone for a few seconds.`
    this.#closed ??= new KeywayError('provider_overloaded', message, { metadata: { provider_name: name } })
  }

  #waitAtMost(retryAfterMs: number): void {
    this.#retryAfterMs = Math.min(retryAfterMs, this.#retryAfterMs ?? retryAfterMs)
  }

  /**
   * The last failure, with the others and the shortest wait that any provider named. A credential that was refused is told
   * only where nothing else failed: else a client would not repeat a call that another provider may answer soon.
   */
  error(): KeywayError {
    const ofProvider = this.#verdicts.findLast(({ verdict }) => verdict.health !== 'credential')
    const last =
      ofProvider?.verdict.error ??
      this.#closed ??
      this.#verdicts.at(-1)?.verdict.error ??
      new KeywayError('no_endpoints', 'The plan holds no attempt.')
    const others = this.#verdicts.filter(({ verdict }) => verdict.error !== last).map(({ told }) => told)
    return new KeywayError(last.code, last.message, {
      status: last.status,
      fix: last.fix,
      cause: last.cause,
      metadata: { ...last.metadata, ...(others.length === 0 ? {} : { previous_errors: others }) },
      ...(this.#retryAfterMs === undefined ? {} : { retryAfterMs: Math.ceil(this.#retryAfterMs) }),
    })
  }
}
