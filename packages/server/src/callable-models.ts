import { within } from './gateway/within.ts'
import type { Caller } from './keys/caller.ts'
import type { LiveCatalogue } from './live-catalogue.ts'
import { narrowCatalogue } from './providers/catalogue.ts'
import type { Catalogue } from './providers/model.ts'
import type { CredentialChoice } from './router/attempt.ts'
import type { Reach, User } from './store/records.ts'
import type { Vault } from './vault/credentials.ts'

/** How long a list of models waits for providers that are just being asked. Milliseconds. */
const LIST_WAIT_MS = 3_000

/** The vault's credentials as the router sees them. The list is made anew only when the vault's own is. */
export function credentialChoices(vault: Vault): (caller: Caller) => Promise<readonly CredentialChoice[]> {
  const made = new WeakMap<object, Map<string, readonly CredentialChoice[]>>()
  return async ({ key, user }) => {
    const available = await vault.available(key.workspaceId)
    let byUser = made.get(available)
    if (byUser === undefined) {
      byUser = new Map()
      made.set(available, byUser)
    }
    const whose = `${user.id} ${user.guest === true}`
    const known = byUser.get(whose)
    if (known) return known
    const usable = available.filter((one) => isFor(user, one))
    byUser.set(whose, usable)
    return usable
  }
}

/** A person's own, what the operator pays for, and of what the workspace shares what is theirs: nothing while a guest. */
function isFor({ id, guest }: Pick<User, 'id' | 'guest'>, one: { reach: Reach; userId: string | null }): boolean {
  if (one.reach === 'own') return one.userId === id
  return one.reach === 'house' || guest !== true
}

/** Models that have an endpoint with a credential within the caller's reach, and a price. Remembered until any of them changes. */
export function callableBy(of: {
  catalogue: LiveCatalogue
  choices: (caller: Caller) => Promise<readonly CredentialChoice[]>
}): (caller: Caller) => Promise<Catalogue> {
  const made = new WeakMap<Caller, { whole: Catalogue; choices: readonly CredentialChoice[]; part: Catalogue }>()
  return async (caller) => {
    const pending = of.catalogue.pending()
    if (pending) await within(pending, LIST_WAIT_MS)
    const whole = of.catalogue.current()
    const choices = await of.choices(caller)
    const known = made.get(caller)
    if (known && known.whole === whole && known.choices === choices) return known.part
    const { reaches } = caller.key.policy
    const keyed = new Set(choices.filter((one) => reaches.includes(one.reach)).map((one) => one.provider))
    const { rows } = of.catalogue.rows()
    const part = narrowCatalogue(whole, (endpoint, model) => {
      const row = rows.get(endpoint.provider)
      if (row === undefined || !(row.auth === undefined || keyed.has(row.id))) return false
      return (endpoint.prices !== undefined || row.free) && caller.allowsModel(model.id)
    })
    made.set(caller, { whole, choices, part })
    return part
  }
}
