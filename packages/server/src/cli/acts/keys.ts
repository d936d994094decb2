import { z } from 'zod'
import { changeKey, issueKey, revokeKey, rotateKey } from '../../keys/issue.ts'
import { defineAct } from './act.ts'
import { findKey, viewOfKey } from './find-key.ts'
import { findUser } from './find-user.ts'
import type { ActHouse } from './house.ts'
import { issuedKeyShape, keyShape } from './key-shape.ts'
import { policyTerms, termsOf, termsShape } from './key-terms.ts'

const which = z.string().min(1)

/** A new key, readable this once. */
export const createKey = defineAct({
  name: 'keys.create',
  args: z.strictObject({
    ...termsShape,
    management: z.boolean().optional(),
    user: z.string().optional(),
    policy: z.string().optional(),
  }),
  result: issuedKeyShape,
  async run(house, { management, user, policy, ...given }) {
    const owner = user === undefined ? house.owner : await findUser(house, user)
    const kind = management ? ('management' as const) : ('inference' as const)
    const terms = { ...policyTerms(house.config, policy, house.clock.now()), ...termsOf(given) }
    const name = terms.name ?? (management ? 'management' : 'key')
    const request = { workspaceId: house.workspace.id, userId: owner.id, kind, ...terms, name }
    const { key, record } = await issueKey(house, request, house.actor)
    return { key, ...(await viewOfKey(house, record)), base_url: baseUrl(house) }
  },
})

/** Keys given out at once; the rest by --offset. */
const KEYS_LISTED = 1_000

/** Keys that are not revoked, newest first. */
export const listKeys = defineAct({
  name: 'keys.list',
  args: z.strictObject({ offset: z.int().min(0).optional() }),
  result: z.array(keyShape),
  async run(house, { offset = 0 }) {
    const keys = await house.store.listKeys(house.workspace.id, { offset, limit: KEYS_LISTED, includeDisabled: true })
    return Promise.all(keys.map((key) => viewOfKey(house, key)))
  },
})

/** One key. */
export const showKey = defineAct({
  name: 'keys.show',
  args: z.strictObject({ which }),
  result: keyShape,
  run: async (house, args) => viewOfKey(house, await findKey(house, args.which)),
})

/** Other terms for a key. */
export const updateKey = defineAct({
  name: 'keys.update',
  args: z.strictObject({ which, ...termsShape, disabled: z.boolean().optional() }),
  result: keyShape,
  async run(house, { which, disabled, ...given }) {
    const { hash } = await findKey(house, which)
    const changes = { hash, ...termsOf(given), ...(disabled === undefined ? {} : { disabled }) }
    return viewOfKey(house, await changeKey(house, changes, house.actor))
  },
})

/** The end of a key. */
export const endKey = defineAct({
  name: 'keys.revoke',
  args: z.strictObject({ which }),
  result: keyShape,
  async run(house, args) {
    const { hash } = await findKey(house, args.which)
    await revokeKey(house, hash, house.actor)
    return viewOfKey(house, await findKey(house, hash))
  },
})

/** A successor on the same terms; the old key ends now or after an overlap. */
export const replaceKey = defineAct({
  name: 'keys.rotate',
  args: z.strictObject({ which, overlap_ms: z.int().min(0) }),
  result: issuedKeyShape,
  async run(house, { which, overlap_ms }) {
    const { hash } = await findKey(house, which)
    const { key, record } = await rotateKey(house, { hash, overlapMs: overlap_ms }, house.actor)
    return { key, ...(await viewOfKey(house, record)), base_url: baseUrl(house) }
  },
})

/** What an OpenAI client takes as its base URL. */
function baseUrl(house: ActHouse): string | null {
  const origin = house.config.public_url ?? house.url
  return origin === undefined ? null : `${origin}/api/v1`
}
