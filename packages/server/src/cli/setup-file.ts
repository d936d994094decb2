import { hash } from 'node:crypto'
import { rmSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { posix, win32 } from 'node:path'
import type { Place } from '../config/home.ts'

/** A file that leads a browser to a one-time link. */
export type SetupFile = {
  path: string
  remove(): Promise<void>
  /** For a process that ends on the spot. */
  removeNow(): void
}

/**
 * Where a browser may read such a file. Browsers that Linux confines (snaps) see neither /tmp nor what is hidden in the
 * user's folder, where the data folder usually is: for them it stands in the user's folder itself.
 */
export function setupFilePath(home: string, place: Place): string {
  const name = `keyway-setup-${hash('sha256', home, 'hex').slice(0, 8)}.html`
  if (place.platform === 'win32') return win32.join(home, name)
  if (place.platform === 'darwin') return posix.join(home, name)
  const [first = '..'] = posix.relative(place.userHome, home).split('/')
  return posix.join(first.startsWith('.') || first === '' || first === 'snap' ? place.userHome : home, name)
}

/**
 * Writes a page that goes on to the link at once, for its owner's eyes alone: the link on a command line could be read by
 * everybody who lists processes. One that an earlier process left is replaced.
 * @throws what the file system says
 */
export async function writeSetupFile(path: string, link: string): Promise<SetupFile> {
  await rm(path, { force: true })
  // Made anew or not at all, so that nobody else holds it open.
  await writeFile(path, page(link), { mode: 0o600, flag: 'wx' })
  return { path, remove: () => rm(path, { force: true }), removeNow: () => rmSync(path, { force: true }) }
}

/** The link is of an address that was checked and of letters and digits. */
function page(link: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<meta http-equiv="refresh" content="0; url=${link}">
<title>Keyway</title>
<p><a href="${link}">Set up Keyway</a></p>
</html>
`
}
