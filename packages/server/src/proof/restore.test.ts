import { randomBytes } from 'node:crypto'
import { copyFileSync, existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startSimulation } from '@keyway/sim'
import { expect, test } from 'vitest'
import { findViolations } from '../store/invariants.ts'
import { runCli } from './testing/cli-process.ts'
import { callChat } from './testing/client.ts'
import { proveFigure } from './testing/figure.ts'
import { withFolder } from './testing/home.ts'
import { queryHome, queryOf } from './testing/ledger.ts'
import { serverEnv, startServerProcess } from './testing/server-process.ts'
import { callWith, startVaultRig } from './testing/vault-rig.ts'

// F24, by the real command line: the backup is taken under traffic, and restored where nothing is.

test('F24: a backup opens on an empty machine with its root key, and with no other', async () => {
  await proveFigure('F24', { full: 200, usual: 20 }, async ({ count }) => {
    const simulation = await startSimulation()
    const { rig, stored, env: providers } = await startVaultRig(simulation)
    await rig.close('keep')
    try {
      return await withFolder(async (folder) => {
        const file = join(folder, 'copy.db')
        const env = serverEnv(rig.home, simulation, providers)
        const server = await startServerProcess({ env })
        const ids: (string | undefined)[] = []
        const call = async () => {
          const body = { model: 'openai/gpt-4o-mini', messages: [{ role: 'user', content: 'Hello' }], max_tokens: 20 }
          return (await callChat(server.url, { key: rig.key, body })).id
        }
        for (let made = 0; made < count; made++) ids.push(await call())
        const traffic = { goes: true }
        const during = (async () => {
          while (traffic.goes) await call()
        })()
        const backup = await runCli(['backup', file, '--json'], { env })
        traffic.goes = false
        await during
        expect(backup, backup.err).toMatchObject({ code: 0 })
        await server.end('SIGTERM')

        const home = join(folder, 'restored')
        const of = { env: { ...env, KEYWAY_HOME: home } }
        const restored = await runCli(['restore', file, '--json'], of)
        expect(restored, restored.err).toMatchObject({ code: 0 })

        const without = await runCli(['serve', '--json'], of)
        expect(without.code, 'without a root key').toBe(1)
        expect(without.err).toContain('root.key')
        expect(existsSync(join(home, 'root.key'))).toBe(false)
        writeFileSync(join(home, 'root.key'), `v1:${randomBytes(32).toString('base64')}\n`, { mode: 0o400 })
        const other = await runCli(['serve', '--json'], of)
        expect(other.code, 'with another root key').toBe(1)
        expect(other.err).toContain('Wrong root key')

        rmSync(join(home, 'root.key'))
        copyFileSync(join(rig.home, 'root.key'), join(home, 'root.key'))
        const again = await startServerProcess({ env: of.env })
        try {
          const rows = new Set(queryHome(home, 'SELECT id FROM generation').map((row) => row['id']))
          expect(ids.filter((id) => !rows.has(id))).toEqual([])
          for (const credential of stored) expect(await callWith(again.url, rig.key, credential)).toBeUndefined()
        } finally {
          await again.end('SIGTERM')
        }
        expect(await findViolations(queryOf(home))).toEqual([])
        expect(queryHome(home, 'SELECT call_id FROM hold')).toEqual([])
        return `calls before the backup, taken under traffic: all in the restored ledger, ${stored.length} of ${stored.length} credentials work; refused without the root key and with another`
      })
    } finally {
      await rig.close('remove')
      await simulation.close()
    }
  })
}, 300_000)
