import {
  ATTEMPT_COLUMNS,
  CHARGE_COLUMNS,
  GENERATION_COLUMNS,
  HOLD_COLUMNS,
  pushAttempt,
  pushCharge,
  pushGeneration,
  pushHold,
  type SqlValue,
} from '../ledger-rows.ts'
import type { HoldRequest, Settlement } from '../records.ts'
import { dayOf } from '../windows.ts'

// A batch is one flat list: for each act its code and then its values. One list of plain values crosses to the writer
// at about half the cost of JSON, and a third of that of nested objects.

export const HOLD = 1
export const SETTLE = 2
export const RELEASE = 3
export const CHECKPOINT = 4

/** Values of an act after its code. A settlement has its attempts besides. */
export const HOLD_WIDTH = HOLD_COLUMNS.length + 1
export const GENERATION_WIDTH = GENERATION_COLUMNS.length
export const CHARGE_WIDTH = CHARGE_COLUMNS.length - 1
export const ATTEMPT_WIDTH = ATTEMPT_COLUMNS.length - 2

/** There is one process, so its holds need no number to tell them from another's. */
const ONLY_INSTANCE = 0

/** [HOLD, seq, ...hold] */
export function addHold(batch: SqlValue[], hold: HoldRequest, place: { seq: number; capId: string }): void {
  batch.push(HOLD, place.seq)
  pushHold(batch, hold, { capId: place.capId, instance: ONLY_INSTANCE })
}

/** [SETTLE, hold, ...generation, ...charge, explanation, cap, day, attempts, ...attempt, ...attempt] */
export function addSettlement(
  batch: SqlValue[],
  settlement: Settlement,
  place: { seq: number; capId: string; overage: bigint; settledAt: number },
): void {
  batch.push(SETTLE, place.seq)
  pushGeneration(batch, settlement, place.settledAt)
  pushCharge(batch, settlement, place.overage)
  batch.push(alone(settlement.explanation), place.capId, dayOf(settlement.at), settlement.attempts.length)
  for (const attempt of settlement.attempts) pushAttempt(batch, attempt)
}

/** A view crosses threads with all the memory that it looks into, and a small Buffer looks into a pool of 64 KiB. */
function alone(bytes: Uint8Array | null): Uint8Array | null {
  return bytes === null || bytes.byteLength === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes)
}

/** Where the act that begins at `start` ends. */
export function endOfAct(batch: readonly SqlValue[], start: number): number {
  const code = batch[start]
  if (code === HOLD) return start + 1 + HOLD_WIDTH
  if (code === RELEASE) return start + 2
  if (code === CHECKPOINT) return start + 3
  const count = start + 2 + GENERATION_WIDTH + CHARGE_WIDTH + 3
  return count + 1 + Number(batch[count]) * ATTEMPT_WIDTH
}
