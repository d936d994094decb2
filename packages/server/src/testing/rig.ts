import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Simulation, startSimulation } from '@keyway/sim'
import type { Clock } from '../base/clock.ts'
import type { Repeat } from '../chores.ts'
import { demoSetup } from '../cli/demo-setup.ts'
import type { Environment } from '../config/environment.ts'
import { resolveConfig } from '../config/resolve.ts'
import { issueKey, type NewKey } from '../keys/issue.ts'
import type { Log } from '../log.ts'
import { type RunningServer, startServer } from '../main.ts'
import type { GenerationRecord } from '../store/records.ts'

/** A whole Keyway before simulated providers: real HTTP, real SQLite, a home of its own. For tests. */
export type Rig = {
  url: string
  simulation: Simulation
  server: RunningServer
  /** An inference key without a cap. */
  key: string
  managementKey: string
  home: string
  /** Issues a key for the owner on other terms. */
  issue(terms?: Partial<NewKey>): Promise<{ key: string; hash: string }>
  /** Calls a path with a key (the uncapped one when none is named; null sends none). */
  call(path: string, options?: RigCall): Promise<Response>
  /** The generations in the ledger, oldest first. */
  generations(): Promise<GenerationRecord[]>
  /** Ends everything, and removes the home unless it is to be kept for another start. */
  close(home?: 'remove' | 'keep'): Promise<void>
}

export type RigCall = {
  method?: string
  json?: unknown
  body?: string | Uint8Array
  headers?: Record<string, string>
  key?: string | null
  signal?: AbortSignal
}

export type RigOptions = {
  /** Settings as the environment names them: { KEYWAY_LIMITS__IDLE_MS: '1000' }. */
  env?: Environment
  /** A home to open again. */
  home?: string
  /** Providers beside the simulated ones, or in their place. */
  simulation?: Simulation
  /** Providers whose credential is the whole workspace's; the others' are the owner's own. */
  shared?: readonly string[]
  clock?: Clock
  log?: Log
  repeat?: Repeat
}

/** More generations than any test makes. */
const GENERATIONS_MAX = 10_000

export async function startRig(options: RigOptions = {}): Promise<Rig> {
  const home = options.home ?? (await mkdtemp(join(tmpdir(), 'keyway-rig-')))
  const simulation = options.simulation ?? (await startSimulation())
  const setup = demoSetup(simulation.providers)
  const { shared = [] } = options
  const declared = setup.providers.map((one) => (shared.includes(one.provider) ? { ...one, reach: 'shared' } : one))
  const env = {
    ...setup.env,
    KEYWAY_HOME: home,
    KEYWAY_PORT: '0',
    KEYWAY_DEMO: 'true',
    KEYWAY_LOG__LEVEL: 'silent',
    KEYWAY_PROVIDERS: JSON.stringify(declared),
    KEYWAY_CONNECT_OPENROUTER_URL: simulation.openrouter.siteUrl,
    ...options.env,
  }
  const place = { platform: process.platform, userHome: home, workingFolder: home }
  const { config, problems } = resolveConfig({ flags: {}, env, place })
  if (config === undefined) throw new Error(`the rig's configuration: ${JSON.stringify(problems)}`)
  const server = await startServer(config, {
    env,
    ...(options.clock === undefined ? {} : { clock: options.clock }),
    ...(options.log === undefined ? {} : { log: options.log }),
    ...(options.repeat === undefined ? {} : { repeat: options.repeat }),
  })
  const { house } = server
  const deps = { store: house.store, ring: house.ring, clock: house.clock }
  const issue: Rig['issue'] = async (terms = {}) => {
    const request: NewKey = {
      workspaceId: house.workspace.id,
      userId: house.owner.id,
      kind: 'inference',
      name: 'rig',
      ...terms,
    }
    const issued = await issueKey(deps, request, { id: house.owner.id, workspaceId: house.workspace.id })
    return { key: issued.key, hash: issued.record.hash }
  }
  const { key } = await issue()
  const { key: managementKey } = await issue({ kind: 'management', name: 'rig-management' })
  await house.catalogue.pending()
  return {
    url: server.url,
    simulation,
    server,
    key,
    managementKey,
    home,
    issue,
    call(path, of = {}) {
      const credential = of.key === undefined ? key : of.key
      const body = of.json === undefined ? of.body : JSON.stringify(of.json)
      return fetch(server.url + path, {
        method: of.method ?? (body === undefined ? 'GET' : 'POST'),
        headers: {
          ...(credential === null ? {} : { authorization: `Bearer ${credential}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...of.headers,
        },
        ...(body === undefined ? {} : { body }),
        ...(of.signal === undefined ? {} : { signal: of.signal }),
      })
    },
    generations: () => house.store.recentGenerations(house.workspace.id, 0, GENERATIONS_MAX),
    async close(after = 'remove') {
      await server.close()
      if (options.simulation === undefined) await simulation.close()
      if (after === 'remove') await rm(home, { recursive: true, force: true })
    },
  }
}
