import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type AppFlow, appFlow, CALLBACK, exchangeCode, pkcePair } from '../testing/app-flow.ts'
import { type Rig, startRig } from '../testing/rig.ts'

// What a code is exchanged for, by how the flow began and what the app then brings. Both positions of the one switch.

const VERIFIER = 'a-verifier-of-forty-three-characters-0123456'
const { challenge: CHALLENGE } = pkcePair(VERIFIER)

const BEGUN = {
  none: {},
  'challenge only': { code_challenge: VERIFIER },
  plain: { code_challenge: VERIFIER, code_challenge_method: 'plain' },
  S256: { code_challenge: CHALLENGE, code_challenge_method: 'S256' },
} as const
const BROUGHT = {
  'no verifier': {},
  right: { code_verifier: VERIFIER },
  wrong: { code_verifier: `${VERIFIER}x` },
} as const
const SAME = { none: 'plain', 'challenge only': 'plain', plain: 'plain', S256: 'S256' } as const
const OTHER = { none: 'S256', 'challenge only': 'S256', plain: 'S256', S256: 'plain' } as const

const METHODS = ['no method', 'same', 'other'] as const
type Begun = keyof typeof BEGUN
type Brought = keyof typeof BROUGHT

/** The table of the protocol: status by how it began, what is brought, and the method that is sent again. */
function expected(begun: Begun, brought: Brought, method: (typeof METHODS)[number]): number {
  const sentBefore = begun === 'plain' || begun === 'S256'
  if (method === 'other' || (method === 'same' && !sentBefore)) return 400
  if (begun === 'none') return brought === 'no verifier' ? 200 : 403
  return brought === 'right' ? 200 : 403
}

const rows = (Object.keys(BEGUN) as Begun[]).flatMap((begun) =>
  (Object.keys(BROUGHT) as Brought[]).flatMap((brought) =>
    METHODS.map((method) => ({ begun, brought, method, status: expected(begun, brought, method) })),
  ),
)

describe.each([
  ['false', (_: Begun) => true],
  ['true', (begun: Begun) => begun === 'S256'],
])('oauth.require_s256 %s', (setting, takes) => {
  let rig: Rig
  let flow: AppFlow

  beforeAll(async () => {
    rig = await startRig({ env: { KEYWAY_OAUTH__REQUIRE_S256: setting } })
    flow = await appFlow(rig)
  })
  afterAll(() => rig.close())

  test('row 53: a malformed challenge of S256 is refused, and told what it should be', async () => {
    for (const code_challenge of [
      CHALLENGE.slice(1),
      `${CHALLENGE}a`,
      `${CHALLENGE.slice(0, 42)}=`,
      `${CHALLENGE.slice(0, 42)}+`,
    ]) {
      const query = { callback_url: CALLBACK, code_challenge, code_challenge_method: 'S256' }
      const response = await flow.browser.go(`/auth?${new URLSearchParams(query)}`)
      expect(`${response.status} ${await response.text()}`).toMatch(/^400 [\s\S]*base64url without padding/)
    }
  })

  test.each(rows)('row 50, 51, 52: $begun, $brought, $method: $status', async ({ begun, brought, method, status }) => {
    const query = { callback_url: CALLBACK, ...BEGUN[begun] }
    if (!takes(begun)) {
      const response = await flow.browser.go(`/auth?${new URLSearchParams(query)}`)
      expect(response.status).toBe(400)
      expect(response.headers.get('location')).toBeNull()
      expect(await response.text()).toContain('This request cannot be answered')
      return
    }
    const before = await keysOf(rig)
    const code = await flow.code(query)
    const sent = method === 'no method' ? {} : { code_challenge_method: (method === 'same' ? SAME : OTHER)[begun] }
    const response = await exchangeCode(rig, { code, ...BROUGHT[brought], ...sent })
    const text = await response.text()
    expect(`${response.status} ${text}`).toMatch(new RegExp(`^${status} `))
    const body = JSON.parse(text)
    if (status === 200) {
      expect(body).toEqual({ key: expect.stringMatching(/^kwy_k1_\w{49}$/), user_id: rig.server.house.owner.id })
      const key = await rig.call('/api/v1/key', { key: body.key })
      expect(key.status).toBe(200)
      const { data } = JSON.parse(await key.text())
      expect(data.limit).toBe(begun === 'S256' ? 5 : 1)
      return
    }
    const message = status === 400 ? 'Invalid code_challenge_method' : 'Invalid code or code_verifier'
    expect(body.error).toMatchObject({ code: status, message })
    expect(await keysOf(rig)).toBe(before)
  })
})

async function keysOf(rig: Rig): Promise<number> {
  const { store, workspace } = rig.server.house
  return (await store.listKeys(workspace.id, { offset: 0, limit: 1_000, includeDisabled: true })).length
}
