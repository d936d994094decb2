import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Clock } from '../../base/clock.ts'
import { type ConfigInputs, resolveConfig } from '../../config/resolve.ts'
import { openrouterIssuer } from '../../link/issuer.ts'
import { createLink } from '../../link/link.ts'
import { createNet } from '../../net/dispatcher.ts'
import { customProvider } from '../../providers/custom.ts'
import type { Catalogue } from '../../providers/model.ts'
import { PROVIDER_ROWS } from '../../providers/rows.ts'
import { openSqliteStore } from '../../store/sqlite/open.ts'
import { createVault } from '../../vault/credentials.ts'
import { openKeyRing } from '../../vault/key-check.ts'
import type { ActHouse } from './house.ts'

/** A house for tests of acts: the real store, vault and way out, in a temporary home. */
export async function openTestHouse(
  options: { env?: Record<string, string>; file?: string; now?: number } = {},
): Promise<{ house: ActHouse; home: string; close(): Promise<void> }> {
  const home = await mkdtemp(join(tmpdir(), 'keyway-acts-'))
  const inputs: ConfigInputs = {
    flags: { home },
    env: {},
    place: { platform: 'linux', userHome: home, workingFolder: home },
    ...(options.file === undefined ? {} : { file: { text: options.file, path: join(home, 'keyway.yaml') } }),
  }
  const { config, problems } = resolveConfig(inputs)
  if (config === undefined) throw new Error(JSON.stringify(problems))
  const now = options.now ?? Date.UTC(2026, 11, 1)
  const clock: Clock = { now: () => now, monotonic: () => performance.now() }
  const store = await openSqliteStore({ home, clock })
  const { workspace, owner } = await store.bootstrap()
  const ring = await openKeyRing({ store, rootKeyFile: config.root_key_file })
  const env = options.env ?? {}
  const vault = createVault({ store, ring, clock, env })
  const net = createNet()
  const link = createLink({
    store,
    vault,
    ring,
    clock,
    dispatch: net.dispatch,
    issuer: openrouterIssuer(config.connect.openrouter_url),
    enabled: config.connect.openrouter === 'on',
    publicUrl: () => 'http://localhost:7777',
    flowMs: config.connect.flow_ms,
    report: (error) => {
      throw error
    },
  })
  let own = await store.listProviders(workspace.id)
  store.onChange(() => {
    store.listProviders(workspace.id).then(
      (rows) => {
        own = rows
      },
      () => undefined,
    )
  })
  const house: ActHouse = {
    config,
    clock,
    store,
    ring,
    vault,
    workspace,
    owner,
    actor: { id: owner.id, workspaceId: workspace.id },
    env,
    providers: () => {
      const rows = new Map(PROVIDER_ROWS.map((row) => [row.id, row]))
      for (const one of own) rows.set(one.id, { ...(rows.get(one.id) ?? customProvider(one)), baseUrl: one.baseUrl })
      return [...rows.values()]
    },
    catalogue: () => EMPTY,
    dispatch: net.dispatch,
    link,
    url: 'http://localhost:7777',
    version: '0.0.0-test',
  }
  return {
    house,
    home,
    async close() {
      vault.close()
      await net.close()
      await store.close()
      await rm(home, { recursive: true, force: true })
    },
  }
}

const EMPTY: Catalogue = { models: new Map(), resolve: () => ({ kind: 'unknown', nearest: [] }) }
