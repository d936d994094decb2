import { z } from 'zod'
import { changeGuest, disableUser, listUsers, makeSetupLink, resetUser } from '../../accounts/users.ts'
import type { User } from '../../store/records.ts'
import { defineAct } from './act.ts'
import { isoTime } from './amount.ts'
import { findUser } from './find-user.ts'
import type { ActHouse } from './house.ts'

const which = z.string().min(1)

/** A user as `--json` shows one. */
export const userShape = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string().nullable(),
  role: z.string(),
  disabled: z.boolean(),
  /** Let in by nobody but themselves, and without what is shared. */
  guest: z.boolean(),
  created_at: z.string(),
})

const linkShape = z.object({ user: userShape, link: z.string(), expires_at: z.string() })

/** The people of the workspace. */
export const showUsers = defineAct({
  name: 'users.list',
  args: z.strictObject({}),
  result: z.array(userShape),
  run: async (house) => (await listUsers(house, house.actor)).map(viewOf),
})

/** A one-time link with which a user sets up their login. */
export const linkUser = defineAct({
  name: 'users.setup-link',
  args: z.strictObject({ which }),
  result: linkShape,
  async run(house, args) {
    const user = await findUser(house, args.which)
    const { link, expiresAt } = await makeSetupLink(linkDeps(house), user.id, house.actor)
    return { user: viewOf(user), link, expires_at: isoTime(expiresAt) }
  },
})

/** Lets a locked-out user in again. */
export const recoverUser = defineAct({
  name: 'users.reset',
  args: z.strictObject({ which }),
  result: linkShape,
  async run(house, args) {
    const { id } = await findUser(house, args.which)
    const { link, expiresAt } = await resetUser(linkDeps(house), id, house.actor)
    return { user: viewOf(await findUser(house, id)), link, expires_at: isoTime(expiresAt) }
  },
})

/** Shuts a user out. */
export const shutOutUser = defineAct({
  name: 'users.disable',
  args: z.strictObject({ which }),
  result: userShape,
  run: async (house, args) => viewOf(await disableUser(house, (await findUser(house, args.which)).id, house.actor)),
})

/** Lets a user have what the workspace shares, or no more. */
export const shareWithUser = defineAct({
  name: 'users.share',
  args: z.strictObject({ which, guest: z.boolean() }),
  result: userShape,
  async run(house, { which, guest }) {
    const { id } = await findUser(house, which)
    return viewOf(await changeGuest(house, { id, guest }, house.actor))
  },
})

function linkDeps(house: ActHouse) {
  const publicUrl = house.config.public_url ?? house.url ?? `http://localhost:${house.config.port}`
  return { store: house.store, clock: house.clock, publicUrl }
}

function viewOf({ id, name, email, role, disabledAt, createdAt, guest }: User): z.output<typeof userShape> {
  return { id, name, email, role, disabled: disabledAt !== null, guest: guest === true, created_at: isoTime(createdAt) }
}
