import { foundation } from './0001-foundation.ts'
import { accounts } from './0002-accounts.ts'
import { connections } from './0003-connections.ts'
import type { Migration } from './migration.ts'

/** Every migration, oldest first. Add at the end; never change one that was released. */
export const MIGRATIONS: readonly Migration[] = [foundation, accounts, connections]
