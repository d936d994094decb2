// npm run build [-- <folder>]: the published program, as JavaScript. Our workspace packages go into the bundle; what comes
// from npm stays outside and must be a dependency of the published package.
import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Plugin, rolldown } from 'rolldown'

const ROOT = fileURLToPath(new URL('../', import.meta.url))
const SERVER = join(ROOT, 'packages/server')

/** The guides that the server shows at /docs/..., found by documents.ts beside the built program. */
const GUIDES = ['docs/troubleshooting.md', 'docs/proxy-guide.md']

/** What `vite build` made of packages/web; served from web/ beside the built program. See web-folder.ts. */
const WEB_APP = join(ROOT, 'packages/web/dist')

/** Published beside the program where they exist: what editors fetch to check a configuration file. */
const PACKED_EXTRAS = ['config.schema.json']

/** Bundles packages/server into the folder, which is emptied first. @throws Error naming what cannot be bundled */
export async function build(out: string): Promise<void> {
  rmSync(out, { recursive: true, force: true })
  const bundle = await rolldown({
    cwd: ROOT,
    input: entries(),
    platform: 'node',
    plugins: [runtimeDependencies()],
    onLog(level, log, pass) {
      // What a warning hides here breaks at a user's.
      if (level === 'warn') throw new Error(`build: ${log.message}`)
      pass(level, log)
    },
  })
  await bundle.write({
    dir: out,
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
    // Kept readable: a stack trace from a user must say where, and a reviewer may want to read what is published.
    minify: false,
  })
  await bundle.close()
  for (const guide of GUIDES) cpSync(join(ROOT, guide), join(out, guide))
  if (!existsSync(join(WEB_APP, 'index.html'))) {
    throw new Error('build: the web app is not built; run npm run build -w packages/web first')
  }
  // Without the build's own notes.
  cpSync(WEB_APP, join(out, 'web'), { recursive: true, filter: (source) => !source.endsWith('.vite') })
}

/** The program, and the thread that store/sqlite/worker-url.ts looks for by this name beside the program. */
function entries(): Record<string, string> {
  return { cli: join(SERVER, 'src/cli/main.ts'), 'store-writer': join(SERVER, 'src/store/sqlite/worker.ts') }
}

/**
 * Makes the published package's folder elsewhere: manifest, launcher, bundle, licence and README. The repository's own
 * folder stays without a bundle, so that nothing there runs yesterday's.
 */
export async function stagePackage(folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  for (const file of ['package.json', 'bin']) cpSync(join(SERVER, file), join(folder, file), { recursive: true })
  for (const extra of PACKED_EXTRAS)
    if (existsSync(join(SERVER, extra))) cpSync(join(SERVER, extra), join(folder, extra))
  copyPackageTexts(folder)
  await build(join(folder, 'dist'))
}

/** Puts LICENSE and README.md beside the package's manifest: npm packs only what lies in the package's folder. */
export function copyPackageTexts(folder: string): void {
  for (const file of ['LICENSE', 'README.md']) copyFileSync(join(ROOT, file), join(folder, file))
}

/** Ours is bundled; anything else must be declared, or the package would start only where it happens to be installed. */
function runtimeDependencies(): Plugin {
  const manifest: unknown = JSON.parse(readFileSync(join(SERVER, 'package.json'), 'utf8'))
  const declared = new Set(
    Object.keys(
      typeof manifest === 'object' && manifest !== null && 'dependencies' in manifest
        ? (manifest.dependencies ?? {})
        : {},
    ),
  )
  return {
    name: 'runtime-dependencies',
    resolveId: {
      order: 'pre',
      handler(specifier, importer) {
        if (/^[./]/.test(specifier) || /^@keyway\//.test(specifier) || importer === undefined) return null
        if (isBuiltin(specifier)) return { id: specifier, external: true }
        const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
        if (!declared.has(name)) {
          throw new Error(`${relative(ROOT, importer)} imports ${name}, which is no dependency of packages/server`)
        }
        return { id: specifier, external: true }
      },
    },
  }
}

if (import.meta.main) {
  await build(process.argv[2] ?? join(SERVER, 'dist'))
  copyPackageTexts(SERVER)
}
