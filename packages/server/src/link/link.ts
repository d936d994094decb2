import { canComeBack } from '@keyway/connect'
import { connectionId, isConnectionId } from './connection-id.ts'
import { type LinkView, viewConnection } from './connection-view.ts'
import { type Callback, finishFlow, finishHeadless } from './finish.ts'
import type { Issuer } from './issuer.ts'
import type { LinkDeps, LinkPerson } from './link-deps.ts'
import { checkConnection, checkConnections, disconnect } from './look-after.ts'
import type { ConnectOutcome, ConnectResult } from './outcome.ts'
import { confirmKey, discardKey } from './redeem.ts'
import { type StartedFlow, type StartedHeadless, type StartOptions, startFlow, startHeadless } from './start.ts'

/** Our side of connecting an account that a person has elsewhere. */
export type Link = {
  readonly issuer: Issuer
  readonly enabled: boolean
  /** 'page': the issuer can send the browser back to us. 'headless': the person copies a code. */
  way(): 'page' | 'headless'
  /** @throws KeywayError `not_found` where the operator switched it off; `invalid_request` */
  start(person: LinkPerson, options: StartOptions): Promise<StartedFlow>
  finish(callback: Callback): Promise<ConnectResult>
  /** @throws as `start` */
  startHeadless(person: LinkPerson, options: StartOptions): Promise<StartedHeadless>
  finishHeadless(person: LinkPerson, of: { flowId: string; pasted: string }): Promise<ConnectResult>
  /** The person's word on a key of another account, which waits for five minutes. */
  confirm(person: LinkPerson, flowId: string): Promise<ConnectOutcome>
  /** @returns false when no key waited */
  discard(person: LinkPerson, flowId: string): Promise<boolean>
  /** @returns false when nothing was connected */
  disconnect(person: LinkPerson): Promise<boolean>
  /** Waits for a check of the person's own key that is under way, so that nobody is shown what is over just now. */
  view(userId: string): Promise<LinkView>
  /** A credential was refused at a call: if it is a connection's, the issuer is asked whether it is over. */
  noticeRefusal(credentialId: string): void
  /** Asks about every connection that was not asked about for an hour. */
  checkAll(): Promise<void>
  /** Resolves when nothing that `noticeRefusal` began is under way. */
  idle(): Promise<void>
}

export function createLink(deps: LinkDeps): Link {
  const checking = new Map<string, Promise<void>>()
  return {
    issuer: deps.issuer,
    enabled: deps.enabled,
    way: () => (canComeBack(deps.publicUrl()) ? 'page' : 'headless'),
    start: (person, options) => startFlow(deps, person, options),
    finish: (callback) => finishFlow(deps, callback),
    startHeadless: (person, options) => startHeadless(deps, person, options),
    finishHeadless: (person, of) => finishHeadless(deps, person, of),
    confirm: (person, flowId) => confirmKey(deps, person, flowId),
    discard: (person, flowId) => discardKey(deps, person, flowId),
    disconnect: (person) => disconnect(deps, person),
    async view(userId) {
      await checking.get(connectionId({ installId: deps.store.installId, userId, issuer: deps.issuer.id }))
      return viewConnection(deps, userId)
    },
    noticeRefusal(credentialId) {
      // Many calls fail at once when a key is revoked: one question answers for all.
      if (!isConnectionId(credentialId) || checking.has(credentialId)) return
      const check = checkConnection(deps, credentialId)
        .catch(deps.report)
        .finally(() => checking.delete(credentialId))
      checking.set(credentialId, check)
    },
    checkAll: () => checkConnections(deps),
    async idle() {
      await Promise.all(checking.values())
    },
  }
}
