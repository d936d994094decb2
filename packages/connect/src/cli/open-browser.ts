import { spawn } from 'node:child_process'
import process from 'node:process'

/**
 * Opens an address in the person's browser, as far as the system can; where it cannot, the address was shown anyway. No
 * shell is between, so nothing in the address is a command.
 */
export function openBrowser(url: string): void {
  const [program, ...args] = commandOf(process.platform, new URL(url).href)
  const child = spawn(program, args, { stdio: 'ignore', detached: true })
  // There is no browser, or no such program: nothing that the person needs to know twice.
  child.once('error', () => child.unref())
  child.unref()
}

function commandOf(platform: string, url: string): [string, ...string[]] {
  if (platform === 'darwin') return ['open', url]
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler', url]
  return ['xdg-open', url]
}
