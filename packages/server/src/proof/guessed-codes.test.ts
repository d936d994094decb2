import { expect, test } from 'vitest'
import { exchange } from '../oauth/exchange.ts'
import { oauthOf } from '../oauth-of.ts'
import { appFlow, CALLBACK, pkcePair } from '../testing/app-flow.ts'
import { startRig } from '../testing/rig.ts'
import { proveFigure } from './testing/figure.ts'

const NOBODY = { ip: null, userAgent: null }
/** Guesses under way at once. */
const TOGETHER = 50

test('row 88: of very many guesses none hits, and each miss costs the same one look', async () => {
  await proveFigure('row 88', { full: 1_000_000, usual: 2_000 }, async ({ count }) => {
    const rig = await startRig()
    try {
      const { store, owner } = rig.server.house
      const { challenge } = pkcePair()
      // There is a code to be hit.
      const query = { callback_url: CALLBACK, code_challenge: challenge, code_challenge_method: 'S256' }
      await (await appFlow(rig)).code(query)
      const looks = new Map<string, number>()
      const watched = new Proxy(store, {
        get(target, name, receiver) {
          looks.set(String(name), (looks.get(String(name)) ?? 0) + 1)
          return Reflect.get(target, name, receiver)
        },
      })
      const deps = { ...oauthOf(rig.server.house, () => rig.url), store: watched }
      const guess = async () => {
        const [code, verifier] = [pkcePair().verifier, pkcePair().verifier]
        const given = { code, verifier, method: 'S256', flow: 'compatible' } as const
        await expect(exchange(deps, given, NOBODY)).rejects.toMatchObject({ code: 'code_refused' })
      }
      for (let n = 0; n < count; n += TOGETHER) await Promise.all(Array.from({ length: TOGETHER }, guess))
      expect(Object.fromEntries(looks)).toEqual({ installId: count, findAuthCode: count })
      expect(await store.listGrants({ userId: owner.id })).toEqual([])
      return 'guessed codes: 0 hits, one look into the database for each'
    } finally {
      await rig.close()
    }
  })
}, 1_200_000)
