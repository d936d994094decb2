import { expect, test } from 'vitest'
import { emptyWorld } from '../../fixture/world.ts'
import { NO_WISH, startAddress } from './start-address.ts'

const { connection } = emptyWorld()
const back = { returnTo: '/settings/models', now: Date.parse('2026-11-21T00:00:00Z') }

test('without wishes the link says only where to come back to', () => {
  expect(startAddress(connection, NO_WISH, back)).toBe('/connect/openrouter/start?return_to=%2Fsettings%2Fmodels')
})

test('a limit that cannot be read is left out, and its reset with it', () => {
  const wish = { ...NO_WISH, limitUsd: '5 dollars', reset: 'monthly' as const }
  expect(startAddress(connection, wish, back)).not.toMatch(/limit|reset/)
})

test('limit, reset and expiry go along', () => {
  const address = startAddress(connection, { limitUsd: '2.50', reset: 'weekly', expiresInDays: 30 }, back)
  expect(Object.fromEntries(new URL(address, 'http://localhost').searchParams)).toEqual({
    limit_usd: '2.50',
    reset: 'weekly',
    expires_at: '2026-12-21T00:00:00.000Z',
    return_to: '/settings/models',
  })
})
