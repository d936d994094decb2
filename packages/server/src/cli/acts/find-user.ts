import { KeywayError } from '../../base/errors.ts'
import type { User } from '../../store/records.ts'
import type { ActHouse } from './house.ts'

/**
 * The user that a person means: by id, address or name; 'owner' is whoever owns this home.
 * @throws KeywayError `not_found`, or `invalid_request` when several users fit
 */
export async function findUser(house: ActHouse, which: string): Promise<User> {
  const users = await house.store.listUsers(house.workspace.id)
  const wanted = which.trim().toLowerCase()
  const byId = users.filter((user) => user.id === which)
  const byAddress = users.filter((user) => user.email?.toLowerCase() === wanted)
  const byName = users.filter((user) => user.name.toLowerCase() === wanted)
  const found = [byId, byAddress, byName].find((some) => some.length > 0) ?? []
  const [first] = found
  if (first === undefined && wanted === 'owner') return house.owner
  if (first === undefined)
    throw new KeywayError('not_found', 'There is no such user.', { fix: 'See them with: keyway users list' })
  if (found.length > 1) {
    throw new KeywayError('invalid_request', `${found.length} users have that name.`, {
      fix: 'Name one by id or address: keyway users list',
    })
  }
  return first
}
