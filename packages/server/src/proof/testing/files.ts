import { hash } from 'node:crypto'
import { lstatSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'

/** Every file below a folder, by its path from there. Sockets and links are left out. */
export function filesIn(folder: string): Map<string, Buffer> {
  const files = new Map<string, Buffer>()
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (lstatSync(path).isFile()) files.set(relative(folder, path), readFileSync(path))
  }
  return files
}

/** The SHA-256 of every file below a folder, to see that nothing was touched. */
export function hashesIn(folder: string): Record<string, string> {
  return Object.fromEntries([...filesIn(folder)].sort().map(([path, bytes]) => [path, hash('sha256', bytes)]))
}
