import { foundation } from './0001-foundation.ts'
import type { Migration } from './migration.ts'

/** Every migration, oldest first. Add at the end; never change one that was released. */
export const MIGRATIONS: readonly Migration[] = [foundation]
