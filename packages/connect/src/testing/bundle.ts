import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

const CONNECT = fileURLToPath(new URL('../../', import.meta.url))

/** A bundle as a browser gets it, and the modules of others that stayed outside. For tests. */
export type Bundle = { code: string; imports: string[] }

type BundleOptions = {
  minify?: boolean
  format?: 'esm' | 'iife'
  external?: string[]
  /** Text of the input, where it is no file. */
  text?: string
}

/**
 * Bundles one source for the browser.
 * @param input a file, from packages/connect
 * @throws Error for what a browser has not, such as node:http
 */
export async function bundle(input: string, options: BundleOptions = {}): Promise<Bundle> {
  const { minify = true, format = 'esm', external = [], text } = options
  const built = await rolldown({
    cwd: CONNECT,
    input,
    platform: 'browser',
    external,
    transform: { define: { 'process.env.NODE_ENV': '"production"' } },
    plugins: [
      {
        name: 'input-as-text',
        resolveId: (id) => (text !== undefined && id === input ? CONNECT + input : null),
        load: (id) => (text !== undefined && id === CONNECT + input ? text : null),
      },
    ],
    onLog(level, log, pass) {
      // `use client` is for the frameworks that know it.
      if (level === 'warn' && log.code !== 'MODULE_LEVEL_DIRECTIVE') throw new Error(log.message)
      pass(level, log)
    },
  })
  try {
    const { output } = await built.generate({ format, name: 'door', minify, exports: 'named' })
    const [chunk] = output
    return { code: chunk.code, imports: [...chunk.imports, ...chunk.dynamicImports] }
  } finally {
    await built.close()
  }
}
