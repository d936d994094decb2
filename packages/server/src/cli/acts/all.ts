import { KeywayError } from '../../base/errors.ts'
import { UsageError } from '../usage-error.ts'
import type { AnyAct } from './act.ts'
import { addProvider, replaceCredential } from './add-provider.ts'
import { listAudit, verifyAudit } from './audit.ts'
import { finishConnect, startConnect } from './connect.ts'
import { grantCredit } from './credits.ts'
import { examine } from './examine.ts'
import type { ActHouse } from './house.ts'
import { backUp, rotateVault, showStatus } from './keep.ts'
import { createKey, endKey, listKeys, replaceKey, showKey, updateKey } from './keys.ts'
import { listModels } from './models.ts'
import { listProviders, removeProvider, testProviders } from './providers.ts'
import { recentCalls, showUsage } from './usage.ts'
import { linkUser, recoverUser, shareWithUser, showUsers, shutOutUser } from './users.ts'

/** Everything that the CLI can ask of a running server. */
export const ACTS: readonly AnyAct[] = [
  addProvider,
  replaceCredential,
  listProviders,
  testProviders,
  removeProvider,
  startConnect,
  finishConnect,
  createKey,
  listKeys,
  showKey,
  updateKey,
  endKey,
  replaceKey,
  grantCredit,
  listModels,
  showUsage,
  recentCalls,
  showUsers,
  linkUser,
  recoverUser,
  shutOutUser,
  shareWithUser,
  backUp,
  rotateVault,
  showStatus,
  listAudit,
  verifyAudit,
  examine,
]

const BY_NAME = new Map(ACTS.map((act) => [act.name, act]))

/**
 * Runs the act of that name, with arguments that came over the socket.
 * @throws KeywayError `not_found` for a name of another version; `invalid_request`; whatever the act throws
 */
export async function runNamedAct(house: ActHouse, name: string, args: unknown): Promise<unknown> {
  const act = BY_NAME.get(name)
  if (act === undefined) {
    throw new KeywayError('not_found', 'The running server does not know this command.', {
      fix: 'Restart it: it is of another version.',
    })
  }
  try {
    return await act.handle(house, args)
  } catch (error) {
    if (error instanceof UsageError) throw new KeywayError('invalid_request', error.message, { cause: error })
    throw error
  }
}
