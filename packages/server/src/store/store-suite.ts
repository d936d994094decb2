import { afterEach, beforeEach, describe } from 'vitest'
import { accountsSuite } from './suite/accounts.ts'
import { callsSuite } from './suite/calls.ts'
import { capsSuite } from './suite/caps.ts'
import { chatSuite } from './suite/chat.ts'
import { chatSearchSuite } from './suite/chat-search.ts'
import { chatShelvesSuite } from './suite/chat-shelves.ts'
import { connectionsSuite } from './suite/connections.ts'
import { identitiesSuite } from './suite/identities.ts'
import { keysSuite } from './suite/keys.ts'
import { mailSuite } from './suite/mail.ts'
import { newcomersSuite } from './suite/newcomers.ts'
import { oauthSuite } from './suite/oauth.ts'
import { recordsSuite } from './suite/records.ts'
import { secondFactorsSuite } from './suite/second-factors.ts'
import { makeWorld, type Subject, type World } from './suite/subject.ts'
import { tenantsSuite } from './suite/tenants.ts'
import { vaultSuite } from './suite/vault.ts'

/** What every kind of store must do. Each test has a database of its own. */
export function storeSuite(name: string, makeSubject: () => Promise<Subject>): void {
  describe(name, () => {
    let current: World | undefined
    beforeEach(async () => {
      current = await makeWorld(await makeSubject())
    })
    afterEach(async () => {
      await current?.store.close()
      await current?.subject.remove()
      current = undefined
    })
    const world = () => {
      if (!current) throw new Error('no test is running')
      return current
    }

    describe('caps', () => capsSuite(world))
    describe('a call', () => callsSuite(world))
    describe('keys', () => keysSuite(world))
    describe('tenants', () => tenantsSuite(world))
    describe('vault and people', () => vaultSuite(world))
    describe('connections', () => connectionsSuite(world))
    describe('Sign in with Keyway', () => oauthSuite(world))
    describe('signing in', () => accountsSuite(world))
    describe('identities', () => identitiesSuite(world))
    describe('links by mail', () => mailSuite(world))
    describe('second factors', () => secondFactorsSuite(world))
    describe('coming and leaving', () => newcomersSuite(world))
    describe('chat', () => chatSuite(world))
    describe('beside chats', () => chatShelvesSuite(world))
    describe('search', () => chatSearchSuite(world))
    describe('records', () => recordsSuite(world))
  })
}
