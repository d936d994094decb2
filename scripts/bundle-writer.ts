import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'
import { writerUrl } from './bundled-writer.ts'

const SOURCE = fileURLToPath(new URL('../packages/server/src/store/sqlite/worker.ts', import.meta.url))

/**
 * Bundles the store's writer thread before the tests, which start it many hundred times: from its sources that is a
 * quarter of a second each time, for reading and stripping some two hundred files. Run once, by vitest.
 */
export default async function bundleWriter(): Promise<void> {
  const bundle = await rolldown({ input: SOURCE, platform: 'node' })
  await bundle.write({ file: fileURLToPath(writerUrl()), format: 'esm' })
  await bundle.close()
}
