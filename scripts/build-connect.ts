// npm run build -w packages/connect [-- <folder>]: the published library, as JavaScript with types, a file a source: who
// bundles it takes what they import, and a stack trace can be read. Publish the folder, not the package's own.
import { execFileSync } from 'node:child_process'
import { cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../', import.meta.url))
const CONNECT = join(ROOT, 'packages/connect')
const TSC = join(ROOT, 'node_modules/typescript/bin/tsc')

/** What the oldest runtime that we name understands as it is: Node 20. */
const TARGET = 'es2022'

type Manifest = { exports: Record<string, string>; [field: string]: unknown }

/** Makes the published package's folder: manifest, modules, types, licence and README. @throws Error with what the compiler says */
export function stageConnect(folder: string): void {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const sources = globSync('src/**/*.ts', { cwd: CONNECT, exclude: ['**/*.test.ts', 'src/testing/**'] })
  const project = join(folder, 'tsconfig.json')
  writeFileSync(project, JSON.stringify(projectOf(folder, sources)))
  try {
    execFileSync(process.execPath, [TSC, '-p', project], { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] })
  } catch (error) {
    const said = error instanceof Error && 'stdout' in error ? String(error.stdout) : ''
    throw new Error(`packages/connect could not be built:\n${said}`, { cause: error })
  }
  rmSync(project)
  // The compiler rewrites imports in modules, and leaves them in types.
  for (const types of globSync('dist/**/*.d.ts', { cwd: folder })) {
    const file = join(folder, types)
    writeFileSync(
      file,
      readFileSync(file, 'utf8')
        .replaceAll(/(from '|import\(')(\.[^']+)\.ts'/g, "$1$2.js'")
        .replaceAll(/(from "|import\(")(\.[^"]+)\.ts"/g, '$1$2.js"'),
    )
  }
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(publishedManifest(), null, 2)}\n`)
  cpSync(join(ROOT, 'LICENSE'), join(folder, 'LICENSE'))
  cpSync(join(CONNECT, 'README.md'), join(folder, 'README.md'))
}

function projectOf(folder: string, sources: readonly string[]): object {
  return {
    extends: join(ROOT, 'tsconfig.json'),
    compilerOptions: {
      noEmit: false,
      declaration: true,
      target: TARGET,
      rewriteRelativeImportExtensions: true,
      rootDir: join(CONNECT, 'src'),
      outDir: join(folder, 'dist'),
      typeRoots: [join(ROOT, 'node_modules/@types')],
    },
    files: sources.map((source) => join(CONNECT, source)),
    include: [],
  }
}

/** The repository's manifest, with the sources' places replaced by what is made of them. */
function publishedManifest(): object {
  const manifest: Manifest = JSON.parse(readFileSync(join(CONNECT, 'package.json'), 'utf8'))
  const { private: _, scripts: __, devDependencies: ___, exports, ...rest } = manifest
  const built = Object.entries(exports).map(([door, source]) => {
    const place = source.replace(/^\.\/src\/(.*)\.ts$/, './dist/$1')
    return [door, { types: `${place}.d.ts`, default: `${place}.js` }]
  })
  return { ...rest, exports: { ...Object.fromEntries(built), './package.json': './package.json' }, files: ['dist'] }
}

if (import.meta.main) stageConnect(process.argv[2] ?? join(CONNECT, 'dist'))
