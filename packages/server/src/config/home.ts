import { posix, win32 } from 'node:path'
import type { Environment } from './environment.ts'

/** What the operating system says of where we are. An argument, so that every platform's rules are tested on each. */
export type Place = {
  platform: NodeJS.Platform
  /** The user's home folder. */
  userHome: string
  /** What relative paths of flags and variables are relative to. */
  workingFolder: string
}

/**
 * Where the data lives unless the operator says otherwise: `$XDG_DATA_HOME/keyway` or `~/.local/share/keyway`,
 * `~/Library/Application Support/keyway` on macOS, `%LOCALAPPDATA%\keyway` on Windows. A relative XDG_DATA_HOME is
 * ignored, as its specification asks.
 * @see https://specifications.freedesktop.org/basedir-spec/latest/ (read 2026-11-21)
 */
export function defaultHome(env: Environment, place: Place): string {
  if (place.platform === 'win32') {
    const local = env['LOCALAPPDATA']
    return win32.join(
      local !== undefined && win32.isAbsolute(local) ? local : win32.join(place.userHome, 'AppData', 'Local'),
      'keyway',
    )
  }
  const data = env['XDG_DATA_HOME']
  if (data !== undefined && posix.isAbsolute(data)) return posix.join(data, 'keyway')
  if (place.platform === 'darwin') return posix.join(place.userHome, 'Library', 'Application Support', 'keyway')
  return posix.join(place.userHome, '.local', 'share', 'keyway')
}

/** An absolute path: `~/` is the user's home, and the rest is relative to `folder`. */
export function absolutePath(path: string, folder: string, place: Place): string {
  const { resolve, join } = place.platform === 'win32' ? win32 : posix
  if (path === '~' || path.startsWith('~/')) return join(place.userHome, path.slice(1))
  return resolve(place.workingFolder, folder, path)
}
