import { parseArgs } from 'node:util'
import { type Simulation, startSimulation } from './simulation.ts'

/** Run directly: prints one JSON line of addresses and sample keys, and serves until SIGINT or SIGTERM. */
const { values } = parseArgs({ options: { port: { type: 'string', default: '0' } } })
const port = Number(values.port)
if (!Number.isInteger(port) || port < 0 || port > 65_535) {
  process.stderr.write('--port must be a whole number from 0 to 65535\n')
  process.exit(2)
}

const { close, ...described } = describe(await startSimulation({ port }))
process.stdout.write(`${JSON.stringify(described)}\n`)

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    close().catch((error: unknown) => {
      process.stderr.write(`${String(error)}\n`)
      process.exitCode = 1
    })
  })
}

/** The part of a simulation that another process can use. */
function describe({ url, providers, openrouter, close }: Simulation) {
  const { account: _person, spoil: _spoil, replyPage: _replyPage, ...described } = openrouter
  return { url, providers, openrouter: described, close }
}
