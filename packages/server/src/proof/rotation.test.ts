import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { startSimulation } from '@keyway/sim'
import { expect, test } from 'vitest'
import { rotateVault } from '../cli/acts/keep.ts'
import { askServer } from '../cli/control-client.ts'
import { type Rig, startRig } from '../testing/rig.ts'
import { proveFigure } from './testing/figure.ts'
import { queryHome } from './testing/ledger.ts'
import { serverEnv, standBy } from './testing/server-process.ts'
import { callWith, type Stored, startVaultRig } from './testing/vault-rig.ts'

// F9. Rotations are asked for over the socket in the home, as `keyway vault rotate --data-keys` does.

const CLIENTS = 4

test('F9: the vault is rotated under traffic without one failed call, and nothing stays under the old keys', async () => {
  await proveFigure('F9', { full: 40, usual: 3 }, async ({ count }) => {
    const simulation = await startSimulation()
    const { rig, stored, env } = await startVaultRig(simulation)
    let last = rig
    try {
      let rotating = true
      let calls = 0
      const traffic = Array.from({ length: CLIENTS }, async (_, client) => {
        for (let turn = client; rotating; turn++) {
          const credential = stored[turn % stored.length]
          if (credential) expect(await callWith(rig.url, rig.key, credential)).toBeUndefined()
          calls++
        }
      })
      const before = keysInUse(rig.home)
      const rotations = async () => {
        for (let turn = 0; turn < count; turn++) {
          await rotate(rig.home)
          const callsThen = calls
          // Calls go on under the new keys before the next rotation.
          while (calls < callsThen + CLIENTS) await wait(1)
        }
        rotating = false
      }
      await Promise.all([
        ...traffic,
        rotations().finally(() => {
          rotating = false
        }),
      ])
      const after = keysInUse(rig.home)
      expect(after.versions).toEqual([BigInt(count + 1)])
      expect(after.dataKeys.filter((id) => before.dataKeys.includes(id))).toEqual([])
      await expectAllOpen(rig, stored)
      await rig.close('keep')
      // Nothing needs the old versions any more: without them in the file the home opens as before.
      keepNewestVersion(rig.home)
      last = await startRig({ simulation, home: rig.home, env })
      await expectAllOpen(last, stored)
      for (const credential of stored) expect(await callWith(last.url, rig.key, credential)).toBeUndefined()
      return `rotations of root and data keys under ${calls} calls: 0 failed, ${stored.length} of ${stored.length} credentials open, 0 rows under an old key`
    } finally {
      await last.close()
      await rig.close('remove')
      await simulation.close()
    }
  })
}, 600_000)

test('F9: a server that is killed while it rotates starts again, finishes the rotation, and opens every credential', async () => {
  await proveFigure('F9 (kills)', { full: 100, usual: 5 }, async ({ count, random }) => {
    const simulation = await startSimulation()
    const { rig, stored, env } = await startVaultRig(simulation)
    const { home, key } = rig
    await rig.close('keep')
    const place = { env: serverEnv(home, simulation, env) }
    let next = standBy(place)
    let interrupted = 0
    try {
      let server = await next.serve()
      let rotationMs = await rotate(home)
      for (let kill = 0; kill < count; kill++) {
        next = standBy(place)
        const rotation = askServer(home, rotateVault.name, { data_keys: true }).then(
          () => 'finished',
          () => 'interrupted',
        )
        await wait(random.next() * rotationMs * 1.2)
        await server.end('SIGKILL')
        if ((await rotation) === 'interrupted') interrupted++
        server = await next.serve()
        rotationMs = await rotate(home)
        expect(keysInUse(home).versions).toHaveLength(1)
        for (const credential of stored) expect(await callWith(server.url, key, credential)).toBeUndefined()
        // As an operator tidies up; the file holds at most 64 versions.
        keepNewestVersion(home)
      }
      await server.end('SIGKILL')
      const last = await startRig({ simulation, home, env })
      await expectAllOpen(last, stored)
      await last.close('keep')
    } finally {
      await next.discard()
      await rig.close('remove')
      await simulation.close()
    }
    expect(interrupted).toBeGreaterThan(0)
    return `kills, ${interrupted} of them in the middle of a rotation: every start succeeded, every second rotation finished, ${stored.length} of ${stored.length} credentials work after each`
  })
}, 1_200_000)

/** @returns how long it took, in milliseconds */
async function rotate(home: string): Promise<number> {
  const begin = performance.now()
  rotateVault.read(await askServer(home, rotateVault.name, { data_keys: true }))
  return performance.now() - begin
}

/** The root key versions that data keys are wrapped under, and the data keys that secrets are sealed under. */
function keysInUse(home: string): { versions: unknown[]; dataKeys: unknown[] } {
  const versions = queryHome(home, 'SELECT DISTINCT kek_version AS version FROM data_key ORDER BY 1')
  const dataKeys = queryHome(home, 'SELECT DISTINCT dek_id AS id FROM credential WHERE sealed IS NOT NULL')
  return { versions: versions.map((row) => row['version']), dataKeys: dataKeys.map((row) => row['id']) }
}

async function expectAllOpen({ server }: Rig, stored: readonly Stored[]): Promise<void> {
  for (const { id, baseUrl, secret } of stored) expect(await server.house.vault.open(id, { baseUrl })).toBe(secret)
}

function keepNewestVersion(home: string): void {
  const path = join(home, 'root.key')
  const newest = readFileSync(path, 'utf8').trimEnd().split('\n').at(-1)
  chmodSync(path, 0o600)
  writeFileSync(path, `${newest}\n`)
  chmodSync(path, 0o400)
}
