import { writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addProvider, replaceCredential } from './add-provider.ts'
import { ACTS, runNamedAct } from './all.ts'
import { grantCredit } from './credits.ts'
import { examine } from './examine.ts'
import type { ActHouse } from './house.ts'
import { backUp, rotateVault } from './keep.ts'
import { createKey, endKey, listKeys, replaceKey, showKey, updateKey } from './keys.ts'
import { listProviders, removeProvider, testProviders } from './providers.ts'
import { openTestHouse } from './test-house.ts'
import { showUsage } from './usage.ts'
import { linkUser, recoverUser, showUsers, shutOutUser } from './users.ts'

const GOOD = 'sk-proj-good-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'
const BAD = 'sk-proj-badd-bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb'

let opened: Awaited<ReturnType<typeof openTestHouse>>
let house: ActHouse
let upstream: Server
let baseUrl: string

beforeAll(async () => {
  opened = await openTestHouse({
    env: { MY_KEY: ` "Bearer ${GOOD}" ` },
    file: 'keys: {policies: {default: {limit: 5.00, reset: monthly}, batch: {models: ["openai/*"], ips: [10.0.0.0/8], rpm: 9, expires_days: 1}}}',
  })
  house = opened.house
  upstream = createServer((request, response) => {
    const good = request.headers.authorization === `Bearer ${GOOD}`
    // As Google and xAI do.
    const odd = request.headers.authorization?.endsWith('400') === true
    response.writeHead(good ? 200 : odd ? 400 : 401, { 'content-type': 'application/json' })
    const refusal = {
      error: {
        message: `Incorrect API key provided: ${request.headers.authorization?.slice(7)}. Or sk-proj-****************bbbb.`,
      },
    }
    response.end(JSON.stringify(good ? { data: [] } : refusal))
  })
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve))
  const address = upstream.address()
  baseUrl = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/v1`
})

afterAll(async () => {
  await new Promise((resolve) => upstream.close(resolve))
  await opened.close()
})

let made = 0

/** A provider of one's own, each time another. */
const own = (more: object = {}) => ({
  provider: `mine-${++made}`,
  base_url: baseUrl,
  allow_private: true,
  secret: GOOD,
  ...more,
})

describe('providers', () => {
  test('a key that the provider rejects is not stored, and the provider\u2019s words come without the key', async () => {
    const { provider, ...rest } = own({ secret: BAD })
    const failure = addProvider.handle(house, { provider, ...rest })
    await expect(failure).rejects.toMatchObject({ code: 'provider_credential_rejected' })
    const message = await failure.catch((error: Error) => error.message)
    expect(message).toContain('Incorrect API key provided: [key]')
    expect(message).not.toContain('bbbb')
    const { credentials } = await listProviders.handle(house, {})
    expect(credentials.filter((one) => one.provider === provider)).toEqual([])
  })

  test('a key that the provider rejects with 400 is not stored either', async () => {
    const failure = addProvider.handle(house, own({ secret: `${BAD}400` }))
    await expect(failure).rejects.toMatchObject({
      code: 'provider_credential_rejected',
      message: expect.stringContaining('answered 400'),
    })
  })

  test('a loopback address is refused unless the operator allows it', async () => {
    await expect(addProvider.handle(house, own({ allow_private: false }))).rejects.toMatchObject({
      code: 'address_forbidden',
    })
  })

  test('an unknown provider without an address is refused with the nearest name', async () => {
    await expect(addProvider.handle(house, { provider: 'opnai', secret: GOOD })).rejects.toMatchObject({
      fix: expect.stringContaining('openai'),
    })
  })

  test('a known provider without a key is refused', async () => {
    await expect(addProvider.handle(house, { provider: 'openai' })).rejects.toMatchObject({ code: 'invalid_request' })
  })

  test('a key that shows no provider needs its name', async () => {
    await expect(addProvider.handle(house, { secret: 'zzz-unknown-key-1234567890' })).rejects.toMatchObject({
      code: 'invalid_request',
    })
  })

  test('an added key is asked for, stored masked, and never given out', async () => {
    const { provider, check } = await addProvider.handle(house, own({ secret: ` 'Bearer ${GOOD}'\n` }))
    expect(check.outcome).toBe('valid')
    const listed = JSON.stringify(await listProviders.handle(house, {}))
    expect(listed).toContain(`"provider":"${provider}"`)
    expect(listed).not.toContain(GOOD)
    expect(await testProviders.handle(house, { which: provider })).toMatchObject([
      { provider, check: { outcome: 'valid' } },
    ])
  })

  test('a reference is kept as such and read at use', async () => {
    const { provider, credential } = await addProvider.handle(
      house,
      own({ secret: undefined, reference: 'env:MY_KEY' }),
    )
    expect(credential).toMatchObject({ reference: 'env:MY_KEY', hint: 'env:MY_KEY' })
    const path = join(opened.home, 'key.txt')
    await writeFile(path, `${GOOD}\n`)
    const replaced = await replaceCredential.handle(house, { which: provider, reference: `file:${path}` })
    expect(replaced.credential?.reference).toBe(`file:${path}`)
    expect(await testProviders.handle(house, { which: provider })).toMatchObject([{ check: { outcome: 'valid' } }])
  })

  test('an offline provider stores the key, not verified', async () => {
    const added = await addProvider.handle(house, own({ base_url: 'http://127.0.0.1:1/v1' }))
    expect(added.check.outcome).toBe('unverified')
    expect(added.credential?.provider).toBe(added.provider)
  })

  test('a key does not go over plain http to a server that may be anywhere', async () => {
    for (const base_url of ['http://api.example.com/v1', 'http://93.184.215.14/v1', 'http://[2606:4700::1]/v1']) {
      await expect(addProvider.handle(house, own({ base_url, allow_private: false }))).rejects.toMatchObject({
        code: 'invalid_request',
        message: expect.stringContaining('https://'),
      })
    }
  })

  test('a second key needs a name of its own, so that each can be named', async () => {
    const first = own()
    await addProvider.handle(house, first)
    await expect(addProvider.handle(house, first)).rejects.toMatchObject({ code: 'conflict' })
    await addProvider.handle(house, { ...first, name: 'second', base_url: undefined })
  })

  test('a replaced key is another key in the same place', async () => {
    const { provider, credential } = await addProvider.handle(house, own())
    const replacement = { which: provider, secret: BAD }
    await expect(replaceCredential.handle(house, replacement)).rejects.toMatchObject({
      code: 'provider_credential_rejected',
    })
    await replaceCredential.handle(house, { ...replacement, unchecked: true })
    expect(await testProviders.handle(house, { which: provider })).toMatchObject([
      { id: credential?.id, check: { outcome: 'rejected' } },
    ])
  })

  test('removing a provider of one\u2019s own takes its keys along', async () => {
    const { provider } = await addProvider.handle(house, own())
    await removeProvider.handle(house, { which: provider })
    expect(JSON.stringify(await listProviders.handle(house, {}))).not.toContain(`"${provider}"`)
    await expect(removeProvider.handle(house, { which: provider })).rejects.toMatchObject({ code: 'not_found' })
  })

  test('several credentials of one provider are told apart by name', async () => {
    await addProvider.handle(house, { provider: 'openai', secret: GOOD, name: 'a', unchecked: true })
    await addProvider.handle(house, { secret: GOOD, name: 'b', unchecked: true })
    await expect(removeProvider.handle(house, { which: 'openai' })).rejects.toThrow('"a", "b"')
    await removeProvider.handle(house, { which: 'openai', name: 'a' })
    const { credentials } = await listProviders.handle(house, {})
    expect(credentials.filter((one) => one.provider === 'openai').map((one) => one.name)).toEqual(['b'])
  })
})

describe('keys', () => {
  test.each([
    [{ limit: 'five' }, '--limit'],
    [{ limit: '-1' }, '--limit'],
    [{ limit: '1e309' }, '--limit'],
    [{ reset: 'hourly' }, '--reset'],
    [{ expires: '2027-01-01' }, '--expires'],
    [{ env: 'prod' }, '--env'],
    [{ rpm: '0' }, '--rpm'],
    [{ reaches: ['all'] }, '--reaches'],
  ])('%o is refused by the name of its option, before anything travels', (args, name) => {
    expect(() => createKey.check(args)).toThrow(name)
  })

  test('a policy that is not declared is refused', async () => {
    await expect(createKey.handle(house, { policy: 'nope' })).rejects.toMatchObject({
      fix: expect.stringContaining('default, batch'),
    })
  })

  test('an expiry in the past is refused', async () => {
    await expect(createKey.handle(house, { expires: '2020-01-01T00:00:00Z' })).rejects.toMatchObject({
      code: 'invalid_request',
    })
  })

  test('a key has the terms of its policy under what is said of it', async () => {
    expect(await createKey.handle(house, { name: 'a' })).toMatchObject({
      name: 'a',
      limit: 5,
      limit_reset: 'monthly',
      base_url: 'http://localhost:7777/api/v1',
    })
    expect(await createKey.handle(house, { limit: '0.01', reset: 'none' })).toMatchObject({
      limit: 0.01,
      limit_reset: null,
    })
    expect(await createKey.handle(house, { policy: 'batch' })).toMatchObject({
      limit: null,
      expires_at: '2026-12-02T00:00:00.000Z',
      keyway: { models: ['openai/*'], ips: ['10.0.0.0/8'], rpm: 9 },
    })
  })

  test('a key is found by hash, beginning of the hash and name, and no list gives its text', async () => {
    const made = await createKey.handle(house, { name: 'ci', management: true })
    expect(made.key).toMatch(/^kwy_m1_[0-9A-Za-z]{49}$/)
    for (const which of [made.hash, made.hash.slice(0, 8), 'ci']) {
      expect((await showKey.handle(house, { which })).hash).toBe(made.hash)
    }
    expect(JSON.stringify(await listKeys.handle(house, {}))).not.toContain(made.key)
    await expect(showKey.handle(house, { which: 'other' })).rejects.toMatchObject({ code: 'not_found' })
  })

  test('two keys of one name are told apart by hash', async () => {
    await createKey.handle(house, { name: 'twin' })
    await createKey.handle(house, { name: 'twin' })
    await expect(showKey.handle(house, { which: 'twin' })).rejects.toThrow('2 keys fit')
  })

  test('terms change and are taken away again', async () => {
    await createKey.handle(house, { name: 'k' })
    expect(await updateKey.handle(house, { which: 'k', limit: '9.5', models: ['a/b'] })).toMatchObject({
      limit: 9.5,
      keyway: { models: ['a/b'] },
    })
    expect(await updateKey.handle(house, { which: 'k', limit: 'none', models: 'none' })).toMatchObject({
      limit: null,
      keyway: { models: null },
    })
    expect(await updateKey.handle(house, { which: 'k', disabled: true })).toMatchObject({ disabled: true })
  })

  test('a revoked key is out of the list and stays revoked', async () => {
    const { hash } = await createKey.handle(house, { name: 'gone' })
    expect((await endKey.handle(house, { which: 'gone' })).keyway.revoked_at).not.toBeNull()
    expect((await listKeys.handle(house, {})).map((key) => key.name)).not.toContain('gone')
    await expect(updateKey.handle(house, { which: hash, disabled: false })).rejects.toMatchObject({
      code: 'key_revoked',
    })
  })

  test('a rotated key has a successor on the same terms', async () => {
    const old = await createKey.handle(house, { name: 'old', limit: '3' })
    const next = await replaceKey.handle(house, { which: 'old', overlap_ms: 60_000 })
    expect(next).toMatchObject({ name: 'old', limit: 3, keyway: { rotated_from: old.hash } })
    expect(next.key).not.toBe(old.key)
    expect((await showKey.handle(house, { which: old.hash })).expires_at).toBe('2026-12-01T00:01:00.000Z')
  })
})

describe('people and money', () => {
  test('credit is more than nothing and at most what the ledger holds', () => {
    for (const amount of ['0', '0.00', '-5', 'ten', '99999999999', '1.0000000001']) {
      expect(() => grantCredit.check({ user: 'owner', amount }), amount).toThrow('--amount')
    }
  })

  test('granted credit is the user\u2019s balance, exactly', async () => {
    await grantCredit.handle(house, { user: 'owner', amount: '0.1' })
    expect(await grantCredit.handle(house, { user: house.owner.id, amount: '0.2' })).toMatchObject({
      balance: 0.3,
      granted: 0.2,
      prepaid: false,
    })
    await expect(grantCredit.handle(house, { user: 'nobody', amount: '1' })).rejects.toMatchObject({
      code: 'not_found',
    })
  })

  test('a locked-out owner gets a link that holds its secret in the fragment only', async () => {
    const [owner] = await showUsers.handle(house, {})
    expect(owner?.role).toBe('owner')
    const made = await recoverUser.handle(house, { which: 'owner' })
    expect(made.link).toMatch(/^http:\/\/localhost:7777\/setup#[0-9A-Za-z]{43}$/)
    expect((await linkUser.handle(house, { which: 'owner' })).link).not.toBe(made.link)
    await expect(shutOutUser.handle(house, { which: 'owner' })).rejects.toMatchObject({ code: 'conflict' })
  })

  test('usage is asked for by a known group', async () => {
    expect(() => showUsage.check({ by: 'colour' })).toThrow('--by')
    expect(await showUsage.handle(house, { by: 'tag:feature' })).toMatchObject({
      by: 'tag:feature',
      rows: [],
      total: 0,
    })
  })
})

describe('keeping it', () => {
  test('a backup never replaces a file, and does not hold the root key', async () => {
    const path = join(opened.home, 'copy.db')
    expect(await backUp.handle(house, { path })).toMatchObject({ path, root_key_included: false })
    await expect(backUp.handle(house, { path })).rejects.toMatchObject({ code: 'conflict' })
    expect(() => backUp.check({ path: 'relative.db' })).toThrow('absolute')
  })

  test('after a rotation the stored keys still open', async () => {
    const { provider } = await addProvider.handle(house, own())
    const { primary, resealed } = await rotateVault.handle(house, { data_keys: true })
    expect(primary).toBe(2)
    expect(resealed).toBeGreaterThan(0)
    expect(await testProviders.handle(house, { which: provider })).toMatchObject([{ check: { outcome: 'valid' } }])
  })

  test('a sound house has findings without a failure', async () => {
    const findings = await examine.handle(house, {})
    expect(findings.filter((finding) => finding.state === 'failed')).toEqual([])
    expect(findings.every((finding) => finding.state === 'ok' || finding.fix !== null)).toBe(true)
  })

  test('acts are found by name, each name once', async () => {
    expect(new Set(ACTS.map((act) => act.name)).size).toBe(ACTS.length)
    expect(await runNamedAct(house, 'keys.list', {})).toBeInstanceOf(Array)
    await expect(runNamedAct(house, 'keys.steal', {})).rejects.toMatchObject({ code: 'not_found' })
    await expect(runNamedAct(house, 'keys.list', { offset: -1 })).rejects.toMatchObject({ code: 'invalid_request' })
  })
})
