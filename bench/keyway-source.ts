// Runs Keyway from its sources even where a build lies beside them.
import { main } from '../packages/server/src/cli/main.ts'

process.exitCode = await main(process.argv.slice(2))
