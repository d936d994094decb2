import type { Health } from '../router/health.ts'
import type { RetryBudget } from '../router/retry-budget.ts'

/** What planning and opening share between calls. */
export type Routing = {
  health: Health
  budget: RetryBudget
  /** 0 (included) to 1. */
  random(): number
}
