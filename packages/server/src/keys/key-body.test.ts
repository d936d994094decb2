import { CreateKeysRequestBody$outboundSchema } from '@openrouter/sdk/models/operations/createkeys'
import { expect, test } from 'vitest'
import { parseKeyCreation, parseKeyPatch } from './key-body.ts'

test.each([
  ['the body', null],
  ['the body', []],
  ['the body', 'name'],
  ['name', {}],
  ['name', { name: 7 }],
  ['limit', { name: 'x', limit: '5' }],
  ['limit', { name: 'x', limit: JSON.parse('1e309') }],
  ['limit', { name: 'x', limit: 1e-10 }],
  ['limit_reset', { name: 'x', limit_reset: 'hourly' }],
  ['keyway.ips.0', { name: 'x', keyway: { ips: [7] } }],
  ['keyway.models', { name: 'x', keyway: { models: 'openai/*' } }],
  ['expires_at', { name: 'x', expires_at: '2027-01-01T00:00Z' }],
])('refuses a bad "%s": %o', (field, body) => {
  expect(() => parseKeyCreation(body)).toThrow(
    expect.objectContaining({ code: 'invalid_request', message: expect.stringContaining(field) }),
  )
})

test('a patch refuses a kind of value that creation refuses', () => {
  expect(() => parseKeyPatch({ disabled: 'yes' })).toThrow(expect.objectContaining({ code: 'invalid_request' }))
})

test('amounts are read exactly, and unknown fields are left alone', () => {
  const body = { name: 'ci', limit: 5.1, limit_reset: 'daily', include_byok_in_limit: true, mac: 'x', __proto__: null }
  expect(parseKeyCreation(body)).toEqual({
    terms: { name: 'ci', limit: 5_100_000_000n, reset: 'daily' },
    workspaceId: undefined,
    userId: undefined,
  })
})

test('what the official SDK sends is read', () => {
  const body = CreateKeysRequestBody$outboundSchema.parse({
    name: 'sdk',
    limit: 0.000000001,
    limitReset: null,
    expiresAt: new Date('2027-01-01T00:00:00Z'),
    workspaceId: 'w',
    creatorUserId: null,
  })
  expect(parseKeyCreation(JSON.parse(JSON.stringify(body)))).toEqual({
    terms: { name: 'sdk', limit: 1n, reset: null, expiresAt: 1_798_761_600_000 },
    workspaceId: 'w',
    userId: undefined,
  })
})

test('our own object is read where the answer has it, and what it does not name there is left alone', () => {
  const keyway = { ips: ['10.0.0.0/8'], models: null, kind: 'management', reaches: ['house'], rpm: null }
  expect(parseKeyPatch({ keyway })).toEqual({ ips: ['10.0.0.0/8'], models: null })
})

test('in a patch, what is left out stays and null clears', () => {
  expect(parseKeyPatch({})).toEqual({})
  expect(parseKeyPatch({ limit: null, disabled: true })).toEqual({ limit: null, disabled: true })
})
