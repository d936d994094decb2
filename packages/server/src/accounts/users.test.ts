import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '../store/records.ts'
import { openSqliteStore } from '../store/sqlite/open.ts'
import {
  type AccountDeps,
  createUser,
  disableUser,
  enableUser,
  listUsers,
  makeSetupLink,
  redeemSetupToken,
  resetUser,
  SETUP_TOKEN_MS,
} from './users.ts'

let folder: string
let deps: AccountDeps & { publicUrl: string }
let actor: Actor
let passed = 0

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keyway-accounts-'))
  const clock = { now: () => 1_800_000_000_000 + passed, monotonic: () => passed }
  const store = await openSqliteStore({ home: folder, clock })
  const { workspace, owner } = await store.bootstrap()
  actor = { id: owner.id, workspaceId: workspace.id }
  deps = { store, clock, publicUrl: 'https://keyway.example/' }
})
afterAll(async () => {
  await deps.store.close()
  await rm(folder, { recursive: true })
})

const ada = { name: ' Ada ', email: ' Ada@Example.com ', role: 'member' as const }
const someone = () => createUser(deps, { ...ada, email: null }, actor)
const stranger: Actor = { id: 'user_x', workspaceId: '00000000-0000-4000-8000-000000000000' }
const tokenOf = (link: string) => link.slice(link.indexOf('#') + 1)

test.each([
  ['name', { ...ada, name: '' }],
  ['name', { ...ada, name: 'x'.repeat(101) }],
  ['name', { ...ada, name: 'a\u0007b' }],
  ['email', { ...ada, email: 'ada' }],
  ['email', { ...ada, email: 'a b@example.com' }],
  ['email', { ...ada, email: `${'a'.repeat(250)}@example.com` }],
])('refuses a bad %s', async (field, given) => {
  const before = await listUsers(deps, actor)
  await expect(createUser(deps, given, actor)).rejects.toMatchObject({
    code: 'invalid_request',
    message: expect.stringContaining(`"${field}"`),
  })
  expect(await listUsers(deps, actor)).toEqual(before)
})

test('two users cannot have one address', async () => {
  const user = await createUser(deps, ada, actor)
  expect(user).toMatchObject({ name: 'Ada', email: 'ada@example.com', role: 'member' })
  await expect(createUser(deps, { ...ada, name: 'Other' }, actor)).rejects.toMatchObject({ code: 'conflict' })
})

test('a user of another workspace is not there', async () => {
  const { id } = await someone()
  expect(await listUsers(deps, stranger)).toEqual([])
  for (const act of [disableUser, enableUser]) {
    await expect(act(deps, id, stranger)).rejects.toMatchObject({ code: 'not_found' })
  }
  await expect(makeSetupLink(deps, id, stranger)).rejects.toMatchObject({ code: 'not_found' })
  await expect(resetUser(deps, id, stranger)).rejects.toMatchObject({ code: 'not_found' })
})

test('the last owner cannot be disabled; one of two can', async () => {
  await expect(disableUser(deps, actor.id, actor)).rejects.toMatchObject({ code: 'conflict' })
  const second = await createUser(deps, { name: 'Second', email: null, role: 'owner' }, actor)
  expect(await disableUser(deps, actor.id, actor)).toMatchObject({ disabledAt: deps.clock.now() })
  await expect(disableUser(deps, second.id, actor)).rejects.toMatchObject({ code: 'conflict' })
  expect(await enableUser(deps, actor.id, actor)).toMatchObject({ disabledAt: null })
})

test('a setup link works once', async () => {
  const { id } = await someone()
  const { link } = await makeSetupLink(deps, id, actor)
  expect(link).toMatch(/^https:\/\/keyway\.example\/setup#[0-9A-Za-z]{43}$/)
  const redeemed = await Promise.allSettled(Array.from({ length: 10 }, () => redeemSetupToken(deps, tokenOf(link))))
  expect(redeemed.filter((one) => one.status === 'fulfilled')).toMatchObject([{ value: { id } }])
})

test('a setup link ends after 15 minutes, and when another one is made', async () => {
  const { id } = await someone()
  const first = await makeSetupLink(deps, id, actor)
  const second = await makeSetupLink(deps, id, actor)
  await expect(redeemSetupToken(deps, tokenOf(first.link))).rejects.toMatchObject({ code: 'not_found' })
  expect(second.expiresAt).toBe(deps.clock.now() + SETUP_TOKEN_MS)
  passed += SETUP_TOKEN_MS
  await expect(redeemSetupToken(deps, tokenOf(second.link))).rejects.toMatchObject({ code: 'not_found' })
})

test.each(['', 'short', `${'A'.repeat(42)}'`, 'A'.repeat(43), 'A'.repeat(100_000)])(
  'a made-up token is refused',
  async (token) => {
    await expect(redeemSetupToken(deps, token)).rejects.toMatchObject({ code: 'not_found' })
  },
)

test('a disabled user gets no link and redeems none; a reset lets them in again', async () => {
  const { id } = await someone()
  const { link } = await makeSetupLink(deps, id, actor)
  await disableUser(deps, id, actor)
  await expect(makeSetupLink(deps, id, actor)).rejects.toMatchObject({ code: 'user_disabled' })
  await expect(redeemSetupToken(deps, tokenOf(link))).rejects.toMatchObject({ code: 'user_disabled' })
  const reset = await resetUser(deps, id, actor)
  expect(await redeemSetupToken(deps, tokenOf(reset.link))).toMatchObject({ id, disabledAt: null })
})

test('the token is in the link and nowhere else', async () => {
  const { id } = await someone()
  const { link } = await makeSetupLink(deps, id, actor)
  const audit = await deps.store.listAudit(actor.workspaceId, 100)
  const again = await redeemSetupToken(deps, `${tokenOf(link).slice(0, -1)}!`).catch((error: unknown) => error)
  expect(inspect([audit, again, deps], { depth: 9 })).not.toContain(tokenOf(link).slice(0, 20))
})
