import type { Config } from '../../config/schema.ts'
import type { KeyDeps } from '../../keys/issue.ts'
import type { Link } from '../../link/link.ts'
import type { Dispatch } from '../../net/request.ts'
import type { Catalogue } from '../../providers/model.ts'
import type { Provider } from '../../providers/provider.ts'
import type { Actor, User, Workspace } from '../../store/records.ts'
import type { Vault } from '../../vault/credentials.ts'

/** What acts need of the house: in the server the running one, else one opened for the act alone. */
export type ActHouse = KeyDeps & {
  config: Config
  vault: Vault
  workspace: Workspace
  /** Whom the CLI acts for: who can open the home's socket or files owns the home. */
  owner: User
  /** The owner, as audit rows name the CLI. */
  actor: Actor
  /** The environment that references such as `env:NAME` are read from. */
  env: Readonly<Record<string, string | undefined>>
  /** Built-in rows, and those of the operator's own. */
  providers(): readonly Provider[]
  catalogue(): Catalogue
  dispatch: Dispatch
  link: Link
  /** Where the server can be called, or undefined when none runs. */
  url: string | undefined
  version: string
}
