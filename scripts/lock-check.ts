// Whoever installs uses their own registry: the lock file pins every byte by its hash and names no address.
import { readFileSync } from 'node:fs'

const FILE = 'package-lock.json'
const lines = readFileSync(new URL(`../${FILE}`, import.meta.url), 'utf8').split('\n')
// A package's home page would be "homepage"; the lock file holds addresses in "resolved" and, for funding, in "url".
const addresses = lines.flatMap((line, i) =>
  /"resolved":\s*"(?!packages\/)/.test(line) ? [`${FILE}:${i + 1}: ${line.trim()}`] : [],
)
const unpinned = countUnpinned(JSON.parse(lines.join('\n')))
for (const line of addresses.slice(0, 10)) console.error(line)
for (const name of unpinned) console.error(`${FILE}: ${name} has no integrity hash`)
if (addresses.length > 0) console.error(`${addresses.length} addresses; remove them with: npm run lock`)
process.exitCode = addresses.length + unpinned.length === 0 ? 0 : 1

/** What is neither a link, ours, nor bundled inside another package, and yet has no hash. */
function countUnpinned(lock: {
  packages: Record<string, { link?: boolean; integrity?: string; inBundle?: boolean }>
}): string[] {
  return Object.entries(lock.packages).flatMap(([path, entry]) => {
    const fromRegistry = path.includes('node_modules/') && entry.link !== true && entry.inBundle !== true
    return fromRegistry && entry.integrity === undefined ? [path] : []
  })
}
