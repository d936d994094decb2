import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stagePackage } from '../scripts/build.ts'
import { NO_INTERNET, runToEnd, untilListed } from '../scripts/running-keyway.ts'
import { freePort, startChild, untilAnswers } from './child.ts'
import type { Contender, Starter } from './contender.ts'
import { MODELS } from './mock-replies.ts'

const PACKED = fileURLToPath(new URL('./.packed/', import.meta.url))
const FROM_SOURCE = fileURLToPath(new URL('./keyway-source.ts', import.meta.url))

/** US dollars per million tokens, under a cap that the bench cannot reach. */
const PRICES = { input: 3, output: 15 }
const CAP_USD = '1000000'
const CREDENTIAL = 'BENCH_CREDENTIAL'

/** The program as published: launcher and bundle, without a source beside it. */
export const packKeyway = (): Promise<void> => stagePackage(PACKED)

export const keywayPacked: Starter = starter('keyway', [join(PACKED, 'bin/keyway.js')], 'packed build')
export const keywaySource: Starter = starter('keyway (source)', [FROM_SOURCE], 'run from its sources')

/** Everything on: one capped key, priced models, holds and the ledger on disk, its log to a pipe that is read. */
function starter(name: string, program: readonly string[], about: string): Starter {
  return {
    name,
    async start(mockPort): Promise<Contender> {
      const home = mkdtempSync(join(tmpdir(), 'keyway-bench-'))
      chmodSync(home, 0o700)
      const config = join(home, 'bench.yaml')
      writeFileSync(config, configuration(mockPort))
      const port = await freePort()
      const env = {
        KEYWAY_HOME: home,
        KEYWAY_CONFIG: config,
        KEYWAY_PORT: String(port),
        [CREDENTIAL]: 'sk-bench',
        ...NO_INTERNET,
      }
      const child = startChild([process.execPath, ...program, 'serve'], { core: 'gateway', env })
      child.process.stdout?.resume()
      const url = `http://127.0.0.1:${port}`
      const startMs = await untilAnswers(`${url}/health`, 20_000)
      const create = [process.execPath, ...program, 'keys', 'create', '--name', 'bench', '--limit', CAP_USD, '--json']
      const place = { folder: home, env: { PATH: process.env['PATH'] ?? '', ...env } }
      const created = JSON.parse(await runToEnd(create, place)) as { key: string }
      await untilListed(url, { key: created.key, model: 'mock/bench-idle' })
      return {
        name,
        about: `${about}: key, cap, hold, exact cost, durable ledger, log`,
        port,
        path: '/api/v1/chat/completions',
        headers: { authorization: `Bearer ${created.key}` },
        model: (model) => `mock/${model}`,
        pid: child.pid,
        startMs,
        async stop() {
          await child.stop()
          rmSync(home, { recursive: true, force: true })
        },
      }
    },
  }
}

function configuration(mockPort: number): string {
  return JSON.stringify({
    providers: [
      { provider: 'mock', base_url: `http://127.0.0.1:${mockPort}/v1`, allow_private: true, key: { env: CREDENTIAL } },
    ],
    prices: Object.fromEntries(MODELS.map((model) => [`mock/${model}`, PRICES])),
    // One key makes all the load here.
    limits: { calls_per_key: 12_000 },
  })
}
