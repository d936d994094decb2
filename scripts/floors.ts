import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path/posix'
import { pathToFileURL } from 'node:url'

/** One import that points the wrong way. */
export type Violation = {
  /** The importing file, from the root of the repository. */
  file: string
  /** The import as it is written. */
  imports: string
  rule: string
}

/** The rooms of packages/server/src by floor. A room imports lower floors only. */
const FLOORS: readonly (readonly string[])[] = [
  ['base', 'config'],
  ['wire', 'meter', 'net', 'store'],
  ['providers', 'vault', 'keys', 'accounts'],
  ['router', 'oauth', 'link', 'sso'],
  ['gateway'],
  ['chat'],
  ['http'],
  ['cli'],
]

/** What each package may import of ours, itself aside. */
const PACKAGES: ReadonlyMap<string, readonly string[]> = new Map([
  ['contract', []],
  ['connect', ['contract']],
  ['web', ['contract', 'connect']],
  ['sim', ['contract']],
  ['server', ['contract', 'connect']],
])

/** Libraries that one room alone may know. The files beside the rooms and cli/ put the house together and are free. */
const HOMES: ReadonlyMap<string, string> = new Map([
  ['fastify', 'http'],
  ['undici', 'net'],
  ['kysely', 'store'],
  ['pg', 'store'],
  ['node:sqlite', 'store'],
])

const SERVER = 'packages/server/src/'

// Strings are matched so that a comment's beginning inside one is not taken for a comment.
const COMMENT_OR_STRING = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g
const IMPORTS = [
  /^[ \t]*(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"\n]+)['"]/gm,
  /^[ \t]*import\s*['"]([^'"\n]+)['"]/gm,
  /\bimport\s*\(\s*['"`]([^'"`\n]+)['"`]/g,
  /\brequire\s*\(\s*['"`]([^'"`\n]+)['"`]/g,
  // Workers are loaded by address.
  /\bnew URL\(\s*['"`]([^'"`\n]+\.[jt]s)['"`]\s*,\s*import\.meta\.url/g,
]

/**
 * Every module that a source names: static, dynamic, type-only, re-exported, required, or started as a worker.
 * "export * from './a.ts'" -> ['./a.ts']
 */
export function readImports(source: string): string[] {
  const code = source.replace(COMMENT_OR_STRING, (match) => (match.startsWith('/') ? ' ' : match))
  return IMPORTS.flatMap((pattern) => [...code.matchAll(pattern)].map((match) => match[1] ?? ''))
}

/** Where an import leads, from the root: a path, '@keyway/<package>' as its folder, or a library by its name. */
function resolveImport(file: string, specifier: string): string {
  if (specifier.startsWith('.')) return normalize(join(dirname(file), specifier))
  const own = /^@keyway\/([^/]+)/.exec(specifier)?.[1] ?? (/^keyway(?:\/|$)/.test(specifier) ? 'server' : undefined)
  return own === undefined ? specifier : `packages/${own}/src/index.ts`
}

const packageOf = (path: string) => /^packages\/([^/]+)\//.exec(path)?.[1]
/** undefined for what stands above the rooms: main.ts, the tests of the whole house (proof/), and testing/, their rig. */
const roomOf = (path: string) => /^packages\/server\/src\/(?!(?:testing|proof)\/)([^/]+)\//.exec(path)?.[1]
const isForTests = (path: string) =>
  path.endsWith('.test.ts') || /^packages\/server\/src\/(?:testing|proof)\//.test(path)
const floorOf = (room: string) => FLOORS.findIndex((rooms) => rooms.includes(room))

function breakIn(file: string, target: string): string | undefined {
  const from = packageOf(file)
  const to = packageOf(target)
  if (from === undefined) return undefined
  const room = file.startsWith(SERVER) ? roomOf(file) : undefined
  if (to !== undefined && to !== from) return breakBetween(file, { from, to, room })
  if (from !== 'server' || room === undefined || room === 'cli') return undefined
  if (floorOf(room) === -1) return `${room}/ is not among the rooms: give it a floor in scripts/floors.ts`
  const home = HOMES.get(target.split('/')[0] ?? target)
  if (home !== undefined && home !== room) return `only ${home}/ knows ${target}`
  if (to === undefined || (file.endsWith('.test.ts') && target.startsWith(`${SERVER}testing/`))) return undefined
  return breakOfFloors(room, target)
}

function breakBetween(
  file: string,
  { from, to, room }: { from: string; to: string; room: string | undefined },
): string | undefined {
  // The demo runs the simulated providers, and every test of the server and of connect may.
  if ((from === 'server' || from === 'connect') && to === 'sim') {
    return room === 'cli' || isForTests(file) ? undefined : 'sim is for tests and the demo'
  }
  return PACKAGES.get(from)?.includes(to) ? undefined : `${from} may not import ${to}`
}

function breakOfFloors(room: string, target: string): string | undefined {
  const other = roomOf(target)
  if (other === room) return undefined
  if (other === undefined) return `${room}/ may not import a file above all rooms`
  const [floor, otherFloor] = [floorOf(room), floorOf(other)]
  if (otherFloor === -1) return `${other}/ is not among the rooms: give it a floor in scripts/floors.ts`
  if (otherFloor > floor) return `upward: ${room}/ is on floor ${floor}, ${other}/ on floor ${otherFloor}`
  return otherFloor === floor ? `sideways: ${room}/ and ${other}/ are both on floor ${floor}` : undefined
}

/**
 * Checks DESIGN part 3's rule on imports over a tree of sources.
 * @param files source texts by their path from the root of the repository
 */
export function checkFloors(files: ReadonlyMap<string, string>): Violation[] {
  const violations: Violation[] = []
  for (const [file, source] of files) {
    for (const imports of readImports(source)) {
      const rule = breakIn(file, resolveImport(file, imports))
      if (rule !== undefined) violations.push({ file, imports, rule })
    }
  }
  return violations
}

/** Every TypeScript source of every package. @param root the repository, as a directory's URL */
export function readSources(root: URL): Map<string, string> {
  const paths = globSync('packages/*/src/**/*.{ts,tsx}', { cwd: root })
  return new Map(paths.map((path) => [path, readFileSync(new URL(path, root), 'utf8')]))
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const violations = checkFloors(readSources(new URL('../', import.meta.url)))
  for (const { file, imports, rule } of violations) console.error(`${file}: '${imports}': ${rule}`)
  console.log(violations.length === 0 ? 'Imports only go down.' : `${violations.length} imports point the wrong way.`)
  process.exitCode = violations.length === 0 ? 0 : 1
}
