import { CreateKeysResponse$inboundSchema } from '@openrouter/sdk/models/operations/createkeys'
import { GetCurrentKeyResponse$inboundSchema } from '@openrouter/sdk/models/operations/getcurrentkey'
import { GetKeyResponse$inboundSchema } from '@openrouter/sdk/models/operations/getkey'
import { ListResponse$inboundSchema } from '@openrouter/sdk/models/operations/list'
import { UpdateKeysResponse$inboundSchema } from '@openrouter/sdk/models/operations/updatekeys'
import { expect, test } from 'vitest'
import type { KeyRecord, Spend } from '../store/records.ts'
import { currentKeyView, keyView, remainingOf } from './key-view.ts'
import { aCaller, NO_SPEND, NOW } from './keys-setup.ts'

const SPEND: Spend = {
  total: 7_000_000_001n,
  week: 3_000_000_000n,
  month: 5_000_000_000n,
  day: 1_500_000_000n,
  held: 500_000_000n,
}

const bare: KeyRecord = aCaller().key
const full: KeyRecord = {
  ...bare,
  limit: 5_100_000_000n,
  reset: 'daily',
  expiresAt: NOW + 1000,
  updatedAt: NOW,
  revokedAt: null,
  policy: { ...bare.policy, rpm: 60, models: ['openai/*'], flatHold: 10_000_000n },
}
const management: KeyRecord = { ...bare, kind: 'management' }

/** As it goes over the wire. */
const wire = (value: unknown) => JSON.parse(JSON.stringify(value))

test.each([
  ['bare', bare],
  ['full', full],
  ['management', management],
])('the official SDK accepts a %s key in every answer that holds one', (_, key) => {
  for (const spend of [NO_SPEND, SPEND]) {
    GetCurrentKeyResponse$inboundSchema.parse(wire({ data: currentKeyView(key, spend) }))
    const view = keyView(key, spend)
    CreateKeysResponse$inboundSchema.parse(wire({ data: view, key: 'kwy_k1_...' }))
    GetKeyResponse$inboundSchema.parse(wire({ data: view }))
    UpdateKeysResponse$inboundSchema.parse(wire({ data: view }))
    ListResponse$inboundSchema.parse(wire({ data: [view, view] }))
  }
})

test('the SDK refuses an answer that lacks a field, so the test above can fail', () => {
  const { allowed_data_regions: _, ...data } = currentKeyView(bare, NO_SPEND)
  expect(GetCurrentKeyResponse$inboundSchema.safeParse(wire({ data })).success).toBe(false)
})

test('amounts are dollars, and what remains is of the present window with holds taken off', () => {
  expect(currentKeyView(full, SPEND)).toMatchObject({
    limit: 5.1,
    limit_remaining: 3.1,
    limit_reset: 'daily',
    usage: 7.000000001,
    usage_daily: 1.5,
    usage_weekly: 3,
    usage_monthly: 5,
    byok_usage: 0,
    rate_limit: { requests: 60 },
    is_management_key: false,
  })
  expect(currentKeyView(management, SPEND)).toMatchObject({
    limit: null,
    limit_remaining: null,
    is_management_key: true,
    is_provisioning_key: true,
    rate_limit: { requests: -1 },
  })
})

test.each([
  ['daily', 3_100_000_000n],
  ['weekly', 1_600_000_000n],
  ['monthly', 0n],
  [null, 0n],
] as const)('with reset %s, %s remains, never less than nothing', (reset, left) => {
  expect(remainingOf({ limit: 5_100_000_000n, reset }, SPEND)).toBe(left)
})

test('a revoked key is shown as disabled, and no view holds the verifier', () => {
  const view = keyView({ ...full, mac: 'ab'.repeat(32), revokedAt: NOW }, SPEND)
  expect(view).toMatchObject({ disabled: true, keyway: { revoked_at: '2027-01-15T08:00:00.000Z', flat_hold: 0.01 } })
  expect(JSON.stringify([view, currentKeyView({ ...full, mac: 'ab'.repeat(32) }, SPEND)])).not.toContain('abab')
})
