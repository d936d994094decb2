import { expect, test } from 'vitest'
import { beginSession } from '../accounts/sessions.ts'
import type { KeywayError } from '../base/errors.ts'
import { allow, beginAuthorization, findRequest, readQuestion } from '../oauth/authorize.ts'
import { exchange } from '../oauth/exchange.ts'
import { oauthOf } from '../oauth-of.ts'
import { pkcePair } from '../testing/app-flow.ts'
import { startRig } from '../testing/rig.ts'
import { proveFigure } from './testing/figure.ts'

const NOBODY = { ip: null, userAgent: null }
const CALLBACK = 'https://app.example/cb'

test('F6, row 79: however many exchange a code at the same time, exactly one gets a key, and there is one key', async () => {
  await proveFigure('F6', { full: 10_000, usual: 100 }, async (run) => {
    const rig = await startRig()
    try {
      const { house } = rig.server
      const deps = oauthOf(house, () => rig.url)
      const person = {
        user: house.owner,
        session: (await beginSession(house, { user: house.owner, method: 'password', replaces: null }, NOBODY)).session,
      }
      let redeemers = 0
      const codes: string[] = []
      for (let round = 0; round < run.count; round++) {
        const { verifier, challenge } = pkcePair()
        const query = new URLSearchParams({
          callback_url: CALLBACK,
          code_challenge: challenge,
          code_challenge_method: 'S256',
        })
        const begun = await beginAuthorization(deps, query.toString(), undefined)
        const transaction = await findRequest(deps, begun.id, begun.browserSecret)
        const { csrf, proposed } = await readQuestion(deps, transaction, person)
        const choice = { ...proposed, models: null, identity: 'withheld' } as const
        const { redirectUrl } = await allow(deps, transaction, { person, client: NOBODY, csrf: csrf ?? '', choice })
        const code = new URL(redirectUrl ?? '').searchParams.get('code') ?? ''
        codes.push(code)
        const many = run.random.integer(2, 50)
        redeemers += many
        const given = { code, verifier, method: undefined, flow: 'compatible' } as const
        const outcomes = await Promise.allSettled(Array.from({ length: many }, () => exchange(deps, given, NOBODY)))
        const winners = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? outcome.value : []))
        const keys = winners.map(({ key }) => key)
        expect(keys).toHaveLength(1)
        // As the endpoint says once its answer has left: a key that nobody received would end within a minute.
        for (const winner of winners) await house.store.noteAuthDelivered(winner.code.hash, house.clock.now())
        for (const outcome of outcomes) {
          if (outcome.status === 'rejected') expect((outcome.reason as KeywayError).code).toBe('code_refused')
        }
        expect((await rig.call('/api/v1/key', { key: keys[0] ?? null })).status).toBe(200)
      }
      const grants = await house.store.listGrants({ userId: house.owner.id })
      expect(grants).toHaveLength(run.count)
      expect(new Set(codes).size).toBe(run.count)
      return `codes, ${redeemers} exchanges of 2 to 50 at once: one key each, all of them work, ${redeemers - run.count} refused`
    } finally {
      await rig.close()
    }
  })
}, 1_200_000)
