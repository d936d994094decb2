import { inspect } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { changeKey, findOwnKey, revokeKey, rotateKey } from './issue.ts'
import { type KeysSetup, NOW, setUpKeys } from './keys-setup.ts'
import { parseExpiry } from './terms.ts'
import { isToken } from './token.ts'

const HOUR = 3_600_000

let setup: KeysSetup
beforeAll(async () => {
  setup = await setUpKeys()
})
afterAll(() => setup.end())

async function countKeys(): Promise<number> {
  const page = { offset: 0, limit: 100, includeDisabled: true }
  return (await setup.store.listKeys(setup.actor.workspaceId, page)).length
}

const invalid = (field: string) => ({ code: 'invalid_request', message: expect.stringContaining(`"${field}"`) })

test.each([
  ['name', { name: ' ' }],
  ['name', { name: 'x'.repeat(101) }],
  ['name', { name: 'a\nb' }],
  ['environment', { environment: 'live' }],
  ['limit', { limit: -1n }],
  ['limit', { limit: 2n ** 63n }],
  ['flat_hold', { flatHold: -1n }],
  ['expires_at', { expiresAt: NOW }],
  ['expires_at', { expiresAt: Number.NaN }],
  ['models', { models: [] }],
  ['models', { models: ['gpt-4o'] }],
  ['reaches', { reaches: [] }],
  ['rpm', { rpm: 0 }],
  ['rpm', { rpm: 1.5 }],
  ['rpm', { rpm: 100_001 }],
])('refuses a bad %s (%o) and issues nothing', async (field, differing) => {
  const before = await countKeys()
  await expect(setup.issue(differing)).rejects.toMatchObject(invalid(field))
  expect(await countKeys()).toBe(before)
})

test('refuses a user that is not of the actor\u2019s workspace', async () => {
  await expect(setup.issue({ userId: 'user_nobody' })).rejects.toMatchObject({ code: 'not_found' })
  await expect(setup.issue({ workspaceId: '0' })).rejects.toMatchObject({ code: 'not_found' })
})

test('a key of another workspace can be neither found, changed, rotated nor revoked', async () => {
  const { record } = await setup.issue()
  const stranger = { id: 'user_x', workspaceId: '00000000-0000-4000-8000-000000000000' }
  const none = { code: 'not_found' }
  await expect(findOwnKey(setup, record.hash, stranger)).rejects.toMatchObject(none)
  await expect(changeKey(setup, { hash: record.hash, limit: 1n }, stranger)).rejects.toMatchObject(none)
  await expect(rotateKey(setup, { hash: record.hash, overlapMs: 0 }, stranger)).rejects.toMatchObject(none)
  await expect(revokeKey(setup, record.hash, stranger)).rejects.toMatchObject(none)
  await expect(revokeKey(setup, "' OR 1=1 --", setup.actor)).rejects.toMatchObject(none)
})

test('the key is given once, and nothing that is stored or shown holds it', async () => {
  const { key, record } = await setup.issue({ kind: 'management', name: ' ci ', limit: 5_000_000_000n, reset: 'daily' })
  expect(isToken(key)).toBe(true)
  expect(record).toMatchObject({ name: 'ci', kind: 'management', limit: 5_000_000_000n, createdAt: NOW })
  const stored = await setup.store.findKey(record.hash)
  expect(stored).toEqual(record)
  const audit = await setup.store.listAudit(setup.actor.workspaceId, 100)
  for (const text of [inspect([record, stored, audit], { depth: 9 }), inspect(setup, { depth: 9 })]) {
    expect(text).not.toContain(key.slice(7, 50))
  }
})

test('a successor has the same terms and another secret, and the old key ends when it was said to', async () => {
  const now = setup.clock.now()
  const { record: old } = await setup.issue({
    limit: 9n,
    reset: 'weekly',
    rpm: 7,
    models: ['a/*'],
    environment: 'staging',
  })
  setup.move(HOUR)
  const { key, record } = await rotateKey(setup, { hash: old.hash, overlapMs: 24 * HOUR }, setup.actor)
  expect(isToken(key)).toBe(true)
  const { name, limit, reset, policy, environment } = old
  expect(record).toMatchObject({ name, limit, reset, policy, environment, rotatedFrom: old.hash, expiresAt: null })
  expect([record.hash, record.mac]).not.toContain(old.hash)
  expect(await setup.store.findKey(old.hash)).toMatchObject({ expiresAt: now + 25 * HOUR })
})

test('rotating never lengthens the old key\u2019s life, and a dead key is not rotated', async () => {
  const expiresAt = setup.clock.now() + HOUR
  const { record } = await setup.issue({ expiresAt })
  await rotateKey(setup, { hash: record.hash, overlapMs: 24 * HOUR }, setup.actor)
  expect(await setup.store.findKey(record.hash)).toMatchObject({ expiresAt })
  setup.move(HOUR)
  const again = rotateKey(setup, { hash: record.hash, overlapMs: 0 }, setup.actor)
  await expect(again).rejects.toMatchObject({ code: 'key_expired' })
  for (const overlapMs of [-1, 0.5, 31 * 24 * HOUR]) {
    const bad = rotateKey(setup, { hash: record.hash, overlapMs }, setup.actor)
    await expect(bad).rejects.toMatchObject(invalid('overlap'))
  }
})

test('a change of one term of the policy keeps the others', async () => {
  const { record } = await setup.issue({ rpm: 5, noBrowser: true })
  const after = await changeKey(setup, { hash: record.hash, rpm: null, limit: 3n, disabled: true }, setup.actor)
  expect(after).toMatchObject({ limit: 3n, disabled: true, policy: { rpm: null, noBrowser: true, models: null } })
  await expect(changeKey(setup, { hash: record.hash, rpm: -1 }, setup.actor)).rejects.toMatchObject(invalid('rpm'))
})

test('a revoked key stays revoked', async () => {
  const { record } = await setup.issue()
  await revokeKey(setup, record.hash, setup.actor)
  await expect(changeKey(setup, { hash: record.hash, disabled: false }, setup.actor)).rejects.toMatchObject({
    code: 'key_revoked',
  })
  await expect(rotateKey(setup, { hash: record.hash, overlapMs: 0 }, setup.actor)).rejects.toMatchObject({
    code: 'key_revoked',
  })
})

test.each([
  '2027-01-01',
  '2027-01-01T00:00Z',
  '2027-01-01T00:00:00',
  '2027-01-01T00:00:00+02:00',
  '2027-02-30T00:00:00Z',
  '2027-01-01T24:00:01Z',
  '1798761600',
  'tomorrow',
  '',
])('%j is no expiry', (text) => {
  expect(() => parseExpiry(text)).toThrow(expect.objectContaining(invalid('expires_at')))
})

test.each(['2027-01-01T00:00:00Z', '2027-01-01T00:00:00.000Z', '2027-01-01T00:00:00+00:00'])('%j is read', (text) => {
  expect(parseExpiry(text)).toBe(1_798_761_600_000)
})

test('a hidden key is nobody’s to read, change or revoke by its hash', async () => {
  const { record } = await setup.issue({ hidden: true })
  const missing = { code: 'not_found' }
  await expect(findOwnKey(setup, record.hash, setup.actor)).rejects.toMatchObject(missing)
  await expect(changeKey(setup, { hash: record.hash, disabled: true }, setup.actor)).rejects.toMatchObject(missing)
  await expect(revokeKey(setup, record.hash, setup.actor)).rejects.toMatchObject(missing)
  expect(await setup.store.findKey(record.hash)).toMatchObject({ disabled: false, revokedAt: null })
})
