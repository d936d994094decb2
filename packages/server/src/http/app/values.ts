import type { Moment, Usd } from '@keyway/contract'
import { type Nano, type NanoPerMillion, shortUsd } from '../../base/money.ts'

/** 1763717400000 -> '2025-11-21T09:30:00.000Z' */
export function moment(ms: number): Moment {
  return new Date(ms).toISOString()
}

export function momentOrNull(ms: number | null): Moment | null {
  return ms === null ? null : moment(ms)
}

/** 1_234_500_000n -> '1.2345'; 0n -> '0' */
export function usd(amount: Nano | NanoPerMillion): Usd {
  return shortUsd(amount)
}

export function usdOrNull(amount: Nano | null | undefined): Usd | null {
  return amount == null ? null : usd(amount)
}
