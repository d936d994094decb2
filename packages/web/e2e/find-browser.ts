import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

/** Where the usual browsers lie, by platform. */
const INSTALLED: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  linux: [
    '/usr/bin/google-chrome',
    '/usr/bin/google-chrome-stable',
    '/usr/bin/microsoft-edge',
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/snap/bin/chromium',
  ],
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
  ],
  win32: [
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
  ],
}

/**
 * A Chromium to test with: the one that KEYWAY_TEST_BROWSER names, else an installed one, else the one that npm brought.
 * @throws Error saying how to get one
 */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = await findBrowser()
  // Never @sparticuz/chromium's own arguments: they switch web security off. The sandbox needs privileges that containers
  // lack, and every page here is ours.
  return chromium.launch({ executablePath, args: process.platform === 'linux' ? ['--no-sandbox'] : [] })
}

async function findBrowser(): Promise<string> {
  const named = process.env['KEYWAY_TEST_BROWSER']
  if (named !== undefined) {
    if (!existsSync(named)) throw new Error(`KEYWAY_TEST_BROWSER names ${named}, which is not there`)
    return named
  }
  const installed = INSTALLED[process.platform]?.find((path) => existsSync(path))
  if (installed !== undefined) return installed
  if (process.platform === 'linux' && process.arch === 'x64') {
    const { default: packed } = await import('@sparticuz/chromium')
    return packed.executablePath()
  }
  throw new Error(
    'no browser to test with: install Chrome, Edge or Chromium, or set KEYWAY_TEST_BROWSER to the path of one',
  )
}
