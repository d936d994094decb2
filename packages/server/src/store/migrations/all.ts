import { foundation } from './0001-foundation.ts'
import { accounts } from './0002-accounts.ts'
import { connections } from './0003-connections.ts'
import { secondFactors } from './0004-second-factors.ts'
import { oauth } from './0005-oauth.ts'
import { visitors } from './0006-visitors.ts'
import { identities } from './0007-identities.ts'
import { chat } from './0008-chat.ts'
import { appCalls } from './0009-app-calls.ts'
import { mail } from './0010-mail.ts'
import { auditSeal } from './0011-audit-seal.ts'
import { appNames } from './0012-app-names.ts'
import { guests } from './0013-guests.ts'
import { logos } from './0014-logos.ts'
import { boundKeys } from './0015-bound-keys.ts'
import { endedKeys } from './0016-ended-keys.ts'
import type { Migration } from './migration.ts'

/** Every migration, oldest first. Add at the end; never change one that was released. */
export const MIGRATIONS: readonly Migration[] = [
  foundation,
  accounts,
  connections,
  secondFactors,
  oauth,
  visitors,
  identities,
  chat,
  appCalls,
  mail,
  auditSeal,
  appNames,
  guests,
  logos,
  boundKeys,
  endedKeys,
]
